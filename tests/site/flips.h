// SPDX-License-Identifier: Apache-2.0
// When the word of a site said, last, that a side serves: to a millisecond, by shared memory.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "mod_cutover/state/shared_memory.h"
#include "shared/protocol/side.h"

namespace cutover::test {

class Flips {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // Of the site shop, by its httpd's parent.
  explicit Flips(pid_t httpd);
  ~Flips();
  Flips(const Flips&) = delete;
  Flips& operator=(const Flips&) = delete;

  Time to(Side side) const;

 private:
  void watch();

  Mapping control_;
  mutable std::mutex mutex_;
  std::array<Time, 2> to_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace cutover::test
