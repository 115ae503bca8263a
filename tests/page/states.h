// SPDX-License-Identifier: Apache-2.0
// Sites in every state that the status page words differently, each under a name.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shared/figures/history.h"
#include "shared/figures/snapshot.h"

namespace cutover::page {

constexpr double kHoldLimitMs = 10'000;  // CutoverHoldTimeout of them all

struct State {
  std::string name;
  Snapshot site;
  bool coordinator = true;
  std::optional<HistorySample> newest{};
};

// `hour` is the running one, since the epoch.
std::vector<State> states(std::int64_t hour);

}  // namespace cutover::page
