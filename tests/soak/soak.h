// SPDX-License-Identifier: Apache-2.0
// A site that is moved there and back, on and on under load, and what that does to httpd and the
// coordinator.
#pragma once

#include <chrono>

namespace cutover::soak {

struct SoakOptions {
  unsigned minutes = 60;
  std::chrono::seconds period{60};  // from move to move
  unsigned visitors = 8;
  std::chrono::milliseconds think{100};
  bool leak = false;  // httpd and coordinator leak on purpose, so that it can be seen to be found
};

// The exit code: 0 only if no visitor met anything wrong, every move went well, and nothing grows.
int soak(const SoakOptions& options);

}  // namespace cutover::soak
