// SPDX-License-Identifier: Apache-2.0
// Waiting for a condition that becomes true by itself, with a limit.
#pragma once

#include <chrono>
#include <thread>

namespace cutover::harness {

template <class Condition>
bool eventually(Condition condition, std::chrono::milliseconds limit = std::chrono::seconds(10),
                std::chrono::milliseconds interval = std::chrono::milliseconds(5)) {
  auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return condition();
    std::this_thread::sleep_for(interval);
  }
  return true;
}

}  // namespace cutover::harness
