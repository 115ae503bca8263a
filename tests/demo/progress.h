// SPDX-License-Identifier: Apache-2.0
// What happens just now: one line that is drawn anew on a terminal, plain lines elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "tests/harness/site_access.h"
#include "tests/harness/visitors.h"

namespace cutover::demo {

class Progress {
 public:
  Progress(const harness::SiteAccess& site, const harness::Visitors& visitors);

  // A sentence of the story, on a line of its own.
  void say(const std::string& text);
  // Looks and shows; call it about ten times a second.
  void tick();
  void end_line();

 private:
  using Clock = std::chrono::steady_clock;
  double requests_per_second(Clock::time_point now);

  const harness::SiteAccess& site_;
  const harness::Visitors& visitors_;
  const bool terminal_;
  bool line_open_ = false;
  Clock::time_point began_ = Clock::now();
  Clock::time_point shown_at_{};
  Clock::time_point counted_at_ = Clock::now();
  std::uint64_t counted_ = 0;
  double rate_ = 0;
  std::string phase_;
};

}  // namespace cutover::demo
