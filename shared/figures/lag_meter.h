// SPDX-License-Identifier: Apache-2.0
// The virtual heartbeat: how far the replica is behind, from the source's own positions and our
// own clock. No writes, no clock skew, and a link that is silently dead shows: its replica never
// reaches what the source said.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <string>

namespace cutover {

class LagMeter {
 public:
  using Nanos = std::chrono::nanoseconds;
  // Whether the replica has applied a position of the source; nothing when it cannot be told.
  using HasApplied = std::function<std::optional<bool>(const std::string& position)>;

  // One tick. `position` is what the source says now; nothing when it cannot be told.
  void sample(Nanos now, const std::optional<std::string>& position, const HasApplied& applied);

  // Age of the oldest sampled position that the replica has not applied; 0 when it has all.
  // Nothing while it is unknown: before the first whole tick, and after one that failed.
  std::optional<Nanos> lag() const { return lag_; }

 private:
  struct Sample {
    Nanos at;
    std::string position;
  };

  void add(Nanos now, const std::string& position);

  std::deque<Sample> waiting_;  // oldest first, positions all different, at most kMostSamples
  std::optional<Nanos> lag_;
};

}  // namespace cutover
