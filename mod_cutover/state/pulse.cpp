// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/state/pulse.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "mod_cutover/state/shared_memory.h"

namespace cutover {
namespace {

thread_local Pulse* mine = nullptr;

}  // namespace

Beating::Beating(Pulse* pulse) : before_(std::exchange(mine, pulse)) { beat(); }
Beating::~Beating() { mine = before_; }

Pulse* pulse_of_this_thread() { return mine; }

void beat() {
  if (mine != nullptr) mine->store(monotonic_ns());
}

void rest(std::chrono::nanoseconds time) {
  for (beat(); time > time.zero(); beat()) {
    const std::chrono::nanoseconds slice = std::min(time, kBetweenBeats);
    std::this_thread::sleep_for(slice);
    time -= slice;
  }
}

LongStep::LongStep(std::chrono::nanoseconds at_most) {
  if (mine != nullptr) mine->store(monotonic_ns() + at_most.count());
}

}  // namespace cutover
