// SPDX-License-Identifier: Apache-2.0
// Blocked signals, waited for with a time-out.
#include "tests/harness/interrupt.h"

#include <csignal>
#include <ctime>

namespace cutover::harness {
namespace {

sigset_t interrupts() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
  return set;
}

}  // namespace

void block_interrupts() {
  sigset_t set = interrupts();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void sleep_or_interrupt(std::chrono::milliseconds time) {
  sigset_t set = interrupts();
  timespec limit{time.count() / 1000, (time.count() % 1000) * 1'000'000};
  if (sigtimedwait(&set, nullptr, &limit) > 0) throw Interrupted();
}

}  // namespace cutover::harness
