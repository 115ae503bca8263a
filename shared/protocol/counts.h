// SPDX-License-Identifier: Apache-2.0
// What is read out of the workers' shared memory: copies, for whoever sums, shows or decides.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

namespace cutover {

// The sum of all children's counts for one site; a copy, for reading.
struct Counts {
  std::int64_t in_flight = 0;
  std::int64_t held_now = 0;
  std::array<std::uint64_t, 2> served{};
  std::uint64_t held = 0, released = 0, timed_out = 0, shed_held = 0, client_gone = 0, shed = 0;
  std::uint64_t own = 0, self_calls = 0;
  std::int64_t releasing = 0, release_window = 0;
  std::int64_t endless = 0;  // open, of either side; not in flight
};

// A request in flight, copied.
struct InFlight {
  std::string what;  // "GET /reports", harmless
  std::chrono::nanoseconds age{0};
  std::uint64_t kind = 0;  // slow_kinds.h
};

}  // namespace cutover
