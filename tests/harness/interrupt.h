// SPDX-License-Identifier: Apache-2.0
// Ctrl-C and SIGTERM are taken at points of the program's choosing, so that everything that was
// started is ended in order.
#pragma once

#include <chrono>
#include <stdexcept>

namespace cutover::harness {

class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

// Call it before the first thread starts: threads inherit the blocked signals.
void block_interrupts();

// Sleeps that long; throws Interrupted as soon as one of the signals is there.
void sleep_or_interrupt(std::chrono::milliseconds time);

}  // namespace cutover::harness
