// SPDX-License-Identifier: Apache-2.0
// Keeps the hours in which requests still came by the old host: reads them out of shared memory,
// and writes each down when it is over, one JSON object a line.
#pragma once

#include <cstdint>
#include <string>

#include "mod_cutover/state/fd.h"
#include "shared/figures/strays.h"

namespace cutover {

// The site's own thread's.
class StrayBook {
 public:
  // Opens or makes the file while still root. One that cannot be had is told in the log: the hours
  // are then kept for as long as this coordinator lives.
  StrayBook(const std::string& path, std::string site);

  void learn(const SiteStrays& strays, bool new_serves, std::int64_t this_hour);
  StrayReport report(std::int64_t this_hour) const { return strays_.report(this_hour); }

 private:
  void read_all();
  void write_down(const StrayHour& hour);

  std::string site_;
  Fd fd_;
  Strays strays_;
  std::int64_t written_ = 0;  // the newest hour in the file
};

}  // namespace cutover
