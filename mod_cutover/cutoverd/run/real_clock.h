// SPDX-License-Identifier: Apache-2.0
// The machine's clocks.
#pragma once

#include <chrono>

#include "mod_cutover/state/pulse.h"
#include "mod_cutover/state/shared_memory.h"
#include "shared/protocol/ports.h"

namespace cutover {

class RealClock : public Clock {
 public:
  Nanos now() override { return Nanos{monotonic_ns()}; }
  std::int64_t wall_ms() override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
  void sleep(Nanos duration) override { rest(duration); }
};

}  // namespace cutover
