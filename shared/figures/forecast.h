// SPDX-License-Identifier: Apache-2.0
// How long the next run would hold its visitors, as far as that can be known before it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shared/figures/snapshot.h"

namespace cutover {

struct Known {
  std::optional<LastRun> rehearsal;  // one that went well and is recent; of this direction
  std::vector<SlowRequest> slow;     // the slowest first
  std::optional<double> lag_ms;      // unknown, or no databases
  std::optional<LastRun> last;       // the last run, for fence and promotion
  bool databases = false;
  double quiet_ms = 0;     // what quieting may take; 0: there is none
  std::size_t proofs = 0;  // pages that the new host is to show before anybody is let in
};

// The drain is what a rehearsal measured, or else the slowest path that was seen; as far as
// quieting can wait for that beforehand, it is what quieting lets pass. The catch-up is the longer
// of the rehearsal's and the lag of now.
Forecast forecast_of(const Known& known);

// "about 412 ms: drain 400 (GET /reports), catch-up 2, fence and promotion 10 (assumed)".
std::string described(const Forecast& forecast);

}  // namespace cutover
