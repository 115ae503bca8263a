// SPDX-License-Identifier: Apache-2.0
#include "tests/site/flips.h"

#include <optional>
#include <stdexcept>

#include "shared/memory/layout.h"
#include "shared/protocol/word.h"
#include "tests/harness/shared_area.h"

namespace cutover::test {

Flips::Flips(pid_t httpd)
    : control_(map_control(harness::open_area(httpd, "cutover-control").get(), false)) {
  if (!control_) throw std::runtime_error("the shared memory cannot be mapped");
  thread_ = std::thread([this] { watch(); });
}

Flips::~Flips() {
  stopping_ = true;
  thread_.join();
}

Flips::Time Flips::to(Side side) const {
  const std::lock_guard lock(mutex_);
  return to_[static_cast<std::size_t>(side)];
}

void Flips::watch() {
  const ControlArea& control = control_in(control_);
  const auto& bits = control.sites[find_site(control, "shop")].word;
  std::optional<Mode> before;
  while (!stopping_) {
    const Word word = decode(bits.load());
    if (word.mode != Mode::kHold && word.mode != before) {
      const std::lock_guard lock(mutex_);
      to_[static_cast<std::size_t>(word.mode == Mode::kOld ? Side::kOld : Side::kNew)] =
          std::chrono::steady_clock::now();
    }
    if (word.mode != Mode::kHold) before = word.mode;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace cutover::test
