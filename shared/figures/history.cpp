// SPDX-License-Identifier: Apache-2.0
#include "shared/figures/history.h"

#include <algorithm>

namespace cutover {
namespace {

constexpr std::chrono::seconds kBeat{1};

double per_second(std::uint64_t before, std::uint64_t after, std::chrono::nanoseconds time) {
  if (after <= before) return 0;
  return static_cast<double>(after - before) / std::chrono::duration<double>(time).count();
}

}  // namespace

void History::look(Nanos now, std::int64_t wall_ms, const std::optional<double>& lag_ms,
                   const Counts& counts) {
  if (!begun_) begin(now, now, counts);
  begun_ = true;
  lag_known_ = lag_known_ && lag_ms.has_value();
  if (lag_ms) open_.lag_ms = std::max(open_.lag_ms.value_or(0), *lag_ms);
  open_.held = std::max(open_.held, counts.held_now);
  open_.in_flight = std::max(open_.in_flight, counts.in_flight);
  if (now - boundary_ < kBeat) return;
  open_.at_ms = wall_ms;
  if (!lag_known_) open_.lag_ms.reset();
  open_.old_per_second = per_second(served_[0], counts.served[0], now - since_);
  open_.new_per_second = per_second(served_[1], counts.served[1], now - since_);
  add(open_);
  // A look that comes a little late does not push the seconds back; one that missed whole ones
  // does.
  begin(now - boundary_ < 2 * kBeat ? boundary_ + kBeat : now, now, counts);
}

void History::begin(Nanos boundary, Nanos now, const Counts& counts) {
  boundary_ = boundary;
  since_ = now;
  served_ = counts.served;
  lag_known_ = true;
  open_ = {};
}

// A wall clock that was put back starts a new history: what is there would lie in the future.
void History::add(const HistorySample& sample) {
  const std::size_t last = (next_ + kSamples - 1) % kSamples;
  if (size_ > 0 && sample.at_ms <= ring_[last].at_ms) size_ = 0;
  ring_[next_] = sample;
  next_ = (next_ + 1) % kSamples;
  size_ = std::min(size_ + 1, kSamples);
}

std::vector<HistorySample> History::since(std::int64_t at_ms) const {
  std::vector<HistorySample> found;
  for (std::size_t i = size_; i > 0; --i) {
    const HistorySample& sample = ring_[(next_ + kSamples - i) % kSamples];
    if (sample.at_ms > at_ms) found.push_back(sample);
  }
  return found;
}

}  // namespace cutover
