// SPDX-License-Identifier: Apache-2.0
// A clock on which nobody has to wait: to sleep is to be later. Any thread.
#pragma once

#include <atomic>

#include "shared/protocol/ports.h"

namespace cutover {

class FakeClock : public Clock {
 public:
  Nanos now() override { return Nanos{now_.load()}; }
  std::int64_t wall_ms() override { return now_.load() / 1'000'000; }
  void sleep(Nanos duration) override { now_ += duration.count(); }

 private:
  std::atomic<std::int64_t> now_{1'000'000'000};
};

}  // namespace cutover
