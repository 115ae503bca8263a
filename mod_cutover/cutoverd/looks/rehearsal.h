// SPDX-License-Identifier: Apache-2.0
// What is known of the next run before it: what was rehearsed, what is slow, what the last run was
// like, and the forecast from all of them. The site's own thread's.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "shared/figures/slow_paths.h"
#include "shared/figures/snapshot.h"
#include "shared/protocol/check.h"
#include "shared/protocol/ports.h"
#include "shared/protocol/settings.h"

namespace cutover {

class Rehearsal {
 public:
  Rehearsal(const SiteSettings& settings, const StateStore& store, Clock& clock)
      : settings_(settings),
        store_(store),
        clock_(clock),
        slow_paths_(settings.quiet_time() + settings.drain_timeout) {}

  // One tick: who is in flight, and how far the replica is behind (nothing: unknown).
  void look(std::optional<double> lag_ms);
  // What an earlier coordinator wrote down of the last run. Its rehearsals say nothing of this
  // hour.
  void remember(std::optional<LastRun> last) { last_ = std::move(last); }
  // A run or a rehearsal of this coordinator has ended.
  void ended(const LastRun& run);
  void forget_the_lag() { lag_ms_.reset(); }

  // `serving`: the side that a run would leave.
  Forecast forecast(Side serving) const;
  std::vector<SlowRequest> slow() const;

  // A run goes by it, and adds to it while it waits.
  SlowPaths& slow_paths() { return slow_paths_; }

  // For the preflight.
  Check check_forecast(Direction direction) const;
  Check check_long_requests() const;

 private:
  const SiteSettings& settings_;
  const StateStore& store_;
  Clock& clock_;
  SlowPaths slow_paths_;
  std::optional<double> lag_ms_;
  std::optional<LastRun> last_;
  std::optional<LastRun> rehearsed_;   // by this coordinator
  std::optional<Nanos> rehearsed_at_;  // the same
};

}  // namespace cutover
