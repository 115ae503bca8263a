// SPDX-License-Identifier: Apache-2.0
// Keeps the hours in which requests still came by the old host: reads them out of shared memory,
// and writes each down when it is over, one JSON object a line. And what old served in each whole
// hour before, to compare them with.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "mod_cutover/state/fd.h"
#include "shared/figures/strays.h"
#include "shared/protocol/side.h"

namespace cutover {

// The site's own thread's.
class StrayBook {
 public:
  // Opens or makes the file while still root. One that cannot be had is told in the log: the hours
  // are then kept for as long as this coordinator lives.
  StrayBook(const std::string& path, std::string site);

  // All of what follows, at one moment; the report while new serves. `old_served`: what old has
  // ever served.
  std::optional<StrayReport> look(const SiteStrays& strays, Side serving, std::uint64_t old_served,
                                  std::int64_t wall_ms);
  void learn(const SiteStrays& strays, bool new_serves, std::int64_t this_hour);
  // httpd stops, and shared memory goes with it: the hour that is not over is written down so far.
  void leave(const SiteStrays& strays);
  // `served`: what old has ever served.
  void count_served(bool old_serves, std::uint64_t served, std::int64_t this_hour);
  StrayReport report(std::int64_t this_hour) const { return strays_.report(this_hour); }
  std::optional<StrayFall> fall(std::int64_t this_hour) const { return strays_.fall(this_hour); }

 private:
  void read_all();
  void write_down(const nlohmann::json& hour);

  std::string site_;
  Fd fd_;
  Strays strays_;
  std::int64_t written_ = 0;  // the newest hour of strays in the file
  std::int64_t watched_ = 0;  // the hour that new was last seen to serve in; 0: it does not
  // The hour that old serves in just now.
  struct Serving {
    std::int64_t hour;
    std::uint64_t served_before;
    bool whole;  // seen from its beginning
  };
  std::optional<Serving> serving_;
};

}  // namespace cutover
