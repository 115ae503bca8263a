// SPDX-License-Identifier: Apache-2.0
// Whose turn it is: everybody once in each round, and in each round another one first, so that a
// machine that slows down or warms up favours nobody.
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>

#include "tests/harness/interrupt.h"

namespace cutover::bench {

// Calls f(round, way) for each; Ctrl-C is taken in between.
template <class F>
void in_turn(unsigned rounds, std::size_t ways, F&& f) {
  for (unsigned round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < ways; ++i) {
      harness::sleep_or_interrupt(std::chrono::milliseconds(0));
      f(round, (round + i) % ways);
    }
  }
}

inline void say(const std::string& progress) {
  std::printf("  %s\n", progress.c_str());
  std::fflush(stdout);
}

}  // namespace cutover::bench
