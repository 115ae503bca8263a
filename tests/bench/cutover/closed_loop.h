// SPDX-License-Identifier: Apache-2.0
// Visitors who ask again as soon as they were answered: one request in twenty is a slow one, one in
// five a POST. Who got no answer tries again after a moment.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "tests/bench/cutover/visits.h"

namespace cutover::bench {

class ClosedLoop {
 public:
  // The load begins at once. Each visitor asks for the same in each run.
  ClosedLoop(std::uint16_t port, unsigned visitors);
  ~ClosedLoop();
  ClosedLoop(const ClosedLoop&) = delete;
  ClosedLoop& operator=(const ClosedLoop&) = delete;

  // Lets what is under way end; everything that was asked.
  std::vector<Visit> stop();

 private:
  void visit(unsigned visitor);

  std::uint16_t port_;
  std::atomic<bool> ending_{false};
  std::vector<std::vector<Visit>> visits_;  // each its thread's alone until that is joined
  std::vector<std::thread> threads_;
};

}  // namespace cutover::bench
