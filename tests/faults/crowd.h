// SPDX-License-Identifier: Apache-2.0
// Visitors that can be asked to stand still, so that what they met can be counted between two
// faults, and go on.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/harness/visitor.h"

namespace cutover::faults {

class Crowd {
 public:
  // Signs them up and lets them go.
  Crowd(std::uint16_t port, unsigned count);
  ~Crowd();

  // Returns once every request that was under way has ended; false where one does not end.
  bool stand_still(std::chrono::milliseconds limit);
  void go_on();
  // Only while they stand still.
  harness::Experience experience() const;
  std::uint64_t requests() const { return requests_; }

 private:
  void visit(harness::Visitor& visitor);

  // Each visitor is its own thread's but while `standing_` counts that thread.
  std::vector<std::unique_ptr<harness::Visitor>> visitors_;
  std::mutex mutex_;  // guards the three below
  std::condition_variable changed_;
  bool still_ = false;
  bool ending_ = false;
  unsigned standing_ = 0;
  std::atomic<std::uint64_t> requests_{0};
  std::vector<std::thread> threads_;
};

}  // namespace cutover::faults
