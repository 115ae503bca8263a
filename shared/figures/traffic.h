// SPDX-License-Identifier: Apache-2.0
// How much a site is asked for: its busiest ten seconds of the last ten minutes. From the counts
// that every tick reads anyway.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

namespace cutover {

struct Load {
  double per_second = 0;  // requests that began
  double in_flight = 0;   // on average
};

class Traffic {
 public:
  using Nanos = std::chrono::nanoseconds;

  // One tick: requests that were ever begun, and those in flight just now.
  void sample(Nanos now, std::uint64_t begun, std::int64_t in_flight);

  // The highest of each; nothing before the first ten seconds are over.
  std::optional<Load> busiest() const;

 private:
  void close_window(Nanos now, std::uint64_t begun);

  struct Window {
    Nanos since{0};
    std::uint64_t begun = 0;
    std::int64_t in_flight_sum = 0;
    std::int64_t samples = 0;
  };
  std::optional<Window> open_;
  std::deque<Load> closed_;  // the newest last
};

// Little's law: the workers that are busy at once when requests come at `load` and each takes
// `latency` on the new host; and never fewer than are busy today.
std::int64_t workers_needed(const Load& load, std::chrono::nanoseconds latency);

}  // namespace cutover
