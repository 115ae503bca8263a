// SPDX-License-Identifier: Apache-2.0
// The hours in which requests still came by the old host, and what follows: may it be turned off?
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shared/memory/stray_sketch.h"

namespace cutover {

// As status.json, the page and the command show it.
struct StrayReport {
  struct Hour {
    std::int64_t hour = 0;  // since the epoch
    std::uint64_t requests = 0;
    double networks = 0;
  };
  std::string verdict;             // a sentence
  std::uint64_t requests_day = 0;  // of the last 24 hours, the running one with them
  double networks_day = 0;
  std::optional<double> half_life_hours;  // unknown before two days are over, or where it grows
  std::map<std::string, std::uint64_t> hosts;                   // of the day
  std::vector<std::pair<std::string, std::uint64_t>> networks;  // of the day, the busiest ten
  std::vector<Hour> hours;                                      // the last 48, the oldest first
};

// What came by the old host in some hours, and what came in the same hours of the day while it
// served.
struct StrayFall {
  std::uint64_t now = 0;
  double before = 0;
  // So few that visitors must have found another way.
  bool is_far() const;
};

class Strays {
 public:
  // What is known of an hour, again and again; of two tellings the greater counts.
  void learn(const StrayHour& hour);
  StrayReport report(std::int64_t this_hour) const;

  // What old served in a whole hour.
  void learn_served(std::int64_t hour, std::uint64_t requests);
  // Of the last whole hours; nothing where one of them is not known, or none of its day before.
  std::optional<StrayFall> fall(std::int64_t this_hour) const;

 private:
  std::map<std::int64_t, StrayHour> hours_;       // two weeks
  std::map<std::int64_t, std::uint64_t> served_;  // the same
};

}  // namespace cutover
