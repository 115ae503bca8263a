// SPDX-License-Identifier: Apache-2.0
#include "shared/figures/traffic.h"

#include <algorithm>
#include <cmath>

namespace cutover {
namespace {

constexpr std::chrono::seconds kWindow{10};
constexpr std::size_t kWindows = 60;

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

void Traffic::sample(Nanos now, std::uint64_t begun, std::int64_t in_flight) {
  if (open_ && now - open_->since >= kWindow) close_window(now, begun);
  if (!open_) open_ = Window{now, begun, 0, 0};
  open_->in_flight_sum += in_flight;
  ++open_->samples;
}

void Traffic::close_window(Nanos now, std::uint64_t begun) {
  const Window& w = *open_;
  const double samples = static_cast<double>(std::max<std::int64_t>(w.samples, 1));
  closed_.push_back({static_cast<double>(begun - w.begun) / seconds(now - w.since),
                     static_cast<double>(w.in_flight_sum) / samples});
  if (closed_.size() > kWindows) closed_.pop_front();
  open_.reset();
}

std::optional<Load> Traffic::busiest() const {
  if (closed_.empty()) return std::nullopt;
  Load highest;
  for (const Load& load : closed_) {
    highest.per_second = std::max(highest.per_second, load.per_second);
    highest.in_flight = std::max(highest.in_flight, load.in_flight);
  }
  return highest;
}

std::int64_t workers_needed(const Load& load, std::chrono::nanoseconds latency) {
  const double busy = std::max(load.per_second * seconds(latency), load.in_flight);
  return static_cast<std::int64_t>(std::ceil(busy));
}

}  // namespace cutover
