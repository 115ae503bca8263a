// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/crowd.h"

namespace cutover::faults {
namespace {

constexpr double kWriteShare = 0.5;
constexpr auto kThink = std::chrono::milliseconds(15);

}  // namespace

Crowd::Crowd(std::uint16_t port, unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    visitors_.push_back(
        std::make_unique<harness::Visitor>("127.0.0.1", port, "visitor" + std::to_string(i)));
    visitors_.back()->sign_up();
  }
  for (auto& visitor : visitors_) threads_.emplace_back([this, &visitor] { visit(*visitor); });
}

Crowd::~Crowd() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Crowd::visit(harness::Visitor& visitor) {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      if (still_) {
        ++standing_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return !still_ || ending_; });
        --standing_;
      }
      if (ending_) return;
    }
    visitor.step(kWriteShare);
    ++requests_;
    std::this_thread::sleep_for(kThink);
  }
}

bool Crowd::stand_still(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  still_ = true;
  return changed_.wait_for(lock, limit, [this] { return standing_ == visitors_.size(); });
}

void Crowd::go_on() {
  const std::lock_guard lock(mutex_);
  still_ = false;
  changed_.notify_all();
}

harness::Experience Crowd::experience() const {
  harness::Experience all;
  for (const auto& visitor : visitors_) all.add(visitor->experience());
  return all;
}

}  // namespace cutover::faults
