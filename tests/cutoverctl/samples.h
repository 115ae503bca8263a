// SPDX-License-Identifier: Apache-2.0
// Answers as a coordinator gives them, made by the project's own writers.
#pragma once

#include <string>

#include "mod_cutover/wire/json.h"
#include "shared/figures/snapshot.h"

namespace cutover::tests {

Snapshot shop();                                 // at rest on old, gate open, lag 0.4 ms
LastRun moved();                                 // a switch that was done
nlohmann::json sites(const Snapshot& snapshot);  // the result of `status`

// A line of news of a run.
nlohmann::json news(const std::string& phase, const std::string& why, double ms, int held,
                    int in_flight);

}  // namespace cutover::tests
