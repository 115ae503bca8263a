// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/verify/pace.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace cutover {
namespace {

using std::chrono::steady_clock;

constexpr auto kSlice = std::chrono::milliseconds(50);
constexpr auto kLagAgain = std::chrono::milliseconds(500);
constexpr auto kApplied = std::chrono::milliseconds(200);
// It rests for so many times as long as it reads.
constexpr int kRest = 2;

constexpr const char* kRun = "a run is under way, or it is not decided who serves";

}  // namespace

Pace::Pace(Around around, Side source) : around_(std::move(around)), source_(source) {}

Pace::Now Pace::now() {
  if (around_.given_up.load()) return Now::kEnd;
  const std::optional<Side> serving = around_.serving();
  if (!serving) return Now::kWait;
  return *serving == source_ ? Now::kWork : Now::kEnd;
}

// What it waited counts for nothing.
bool Pace::waits(const std::string& why, Nanos duration) {
  around_.says(why, Nanos::zero());
  const Moment until = steady_clock::now() + duration;
  while (steady_clock::now() < until) {
    if (around_.given_up.load()) return false;
    std::this_thread::sleep_for(std::min<Nanos>(kSlice, until - steady_clock::now()));
  }
  said_ = steady_clock::now();
  return true;
}

bool Pace::rest(Nanos duration) {
  const Moment until = steady_clock::now() + duration;
  while (steady_clock::now() < until) {
    if (now() == Now::kEnd) return false;
    std::this_thread::sleep_for(std::min<Nanos>(kSlice, until - steady_clock::now()));
  }
  return true;
}

bool Pace::applied(const Position& position) {
  while (true) {
    const Now at = now();
    if (at == Now::kEnd) return false;
    if (at == Now::kWait) {
      if (!waits(kRun, kSlice)) return false;
      continue;
    }
    const Answer answer = around_.replication.wait_applied(other(source_), position, kApplied);
    if (answer.done()) return true;
    if (!waits(answer.why, kSlice)) return false;
  }
}

bool Pace::caught_up() {
  while (true) {
    const Now at = now();
    if (at == Now::kEnd) return false;
    if (at == Now::kWait) {
      if (!waits(kRun, kSlice)) return false;
      continue;
    }
    const Reading<Position> position = around_.replication.position(source_);
    if (position) return applied(*position);
    if (!waits(position.error, std::chrono::milliseconds(500))) return false;
  }
}

// That the replica has what the source had a moment ago is the measure of its lag.
bool Pace::may_go_on() {
  if (!rest(next_ - steady_clock::now())) return false;
  if (steady_clock::now() >= look_at_lag_) {
    if (!caught_up()) return false;
    look_at_lag_ = steady_clock::now() + kLagAgain;
  }
  while (true) {
    const Now at = now();
    if (at == Now::kEnd) return false;
    if (at == Now::kWork) return true;
    if (!waits(kRun, kSlice)) return false;
  }
}

void Pace::read(std::uint64_t rows, Nanos took) {
  const auto by_rows = std::chrono::duration_cast<Nanos>(std::chrono::duration<double>(
      static_cast<double>(rows) /
      static_cast<double>(std::max<std::uint64_t>(around_.rows_per_second, 1))));
  const Moment at = steady_clock::now();
  next_ = std::max(next_, at) + std::max<Nanos>(by_rows - took, took * kRest);
  around_.says("", at - said_);
  said_ = at;
}

}  // namespace cutover
