// SPDX-License-Identifier: Apache-2.0
// A switch by the real coordinator of an httpd of some size, with requests held at its end.
#pragma once

#include <cstddef>

namespace cutover::bench {

struct Dimensions {
  std::size_t threads = 16;  // of each child
  std::size_t children = 2;
  std::size_t sites = 1;
  std::size_t held = 50;
};

struct SwitchCost {
  double pause_ms = 0;    // from the last request on old to the release, by the coordinator
  double release_ms = 0;  // from the first held request that is through the gate to the last one
};

// Throws where the switch does not succeed or a held request is not answered by new.
SwitchCost switch_once(const Dimensions& dimensions);

}  // namespace cutover::bench
