// SPDX-License-Identifier: Apache-2.0
// Which of a site's requests take longest, by path, in the last ten minutes: what a drain would
// wait for. Quieting goes by them, and the forecast. From looks at who is in flight; what begins
// and ends between two looks is not seen.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shared/figures/snapshot.h"
#include "shared/protocol/counts.h"

namespace cutover {

class SlowPaths {
 public:
  using Nanos = std::chrono::nanoseconds;

  // From here on a request takes long: less than that a drain may last without anybody noticing.
  static constexpr Nanos kSlow = std::chrono::milliseconds(25);

  // A request older than `drain` would have a drain time out that begins just now.
  explicit SlowPaths(Nanos drain) : drain_(drain) {}

  // One look among many that come at even distances.
  void sample(Nanos now, const std::vector<InFlight>& requests);
  // What is learned of the paths alone, by whoever looks more often for a while.
  void learn(Nanos now, const std::vector<InFlight>& requests);
  // By path ("GET /orders/#": all numbers are alike), the slowest first; those last seen so slow
  // more than ten minutes ago are forgotten.
  std::vector<SlowRequest> slowest(Nanos now, std::size_t most) const;
  Nanos longest(Nanos now) const;
  // The kinds of those (slow_kinds.h), the slowest first: who comes now and is one of them is
  // expected to take long.
  std::vector<std::uint64_t> kinds(Nanos now) const;
  // Nobody of these is worth waiting for: none is of such a kind or has taken long already, but for
  // those that have lasted so long that their end cannot be foreseen.
  bool is_quiet(Nanos now, const std::vector<InFlight>& requests) const;
  // In what part of all looks one of those was in flight: so likely is it that a run is aborted.
  // Nothing before the first minute is over.
  std::optional<double> odds_of_a_late_drain(Nanos now) const;

 private:
  struct Seen {
    Nanos longest{0};
    Nanos at{0};
    std::uint64_t kind = 0;
  };
  struct Minute {
    std::int64_t number = 0;
    int looks = 0;
    int late = 0;
  };
  void forget_one(Nanos now);

  Nanos drain_;
  std::map<std::string, Seen> seen_;  // kMost at most
  std::deque<Minute> minutes_;        // the newest last; eleven at most
};

}  // namespace cutover
