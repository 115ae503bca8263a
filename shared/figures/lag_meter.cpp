// SPDX-License-Identifier: Apache-2.0
#include "shared/figures/lag_meter.h"

namespace cutover {
namespace {

constexpr std::size_t kMostSamples = 1024;

}  // namespace

void LagMeter::sample(Nanos now, const std::optional<std::string>& position,
                      const HasApplied& applied) {
  lag_.reset();
  // An empty position is a server without a binary log, not one that has nothing to replicate.
  if (!position || position->empty()) return;
  add(now, *position);
  // Positions are applied in order, so the oldest one that is missing is the first one found.
  while (!waiting_.empty()) {
    const std::optional<bool> has = applied(waiting_.front().position);
    if (!has) return;
    if (!*has) break;
    waiting_.pop_front();
  }
  lag_ = waiting_.empty() ? Nanos{0} : now - waiting_.front().at;
}

// A position that has not moved keeps the time at which it was first seen. When there are too
// many, the newest makes room: the oldest, which is the lag, always stays.
void LagMeter::add(Nanos now, const std::string& position) {
  if (!waiting_.empty() && waiting_.back().position == position) return;
  if (waiting_.size() >= kMostSamples) waiting_.pop_back();
  waiting_.push_back({now, position});
}

}  // namespace cutover
