// SPDX-License-Identifier: Apache-2.0
// A site's history as it goes over the control socket and into history.json: column by column.
#pragma once

#include <vector>

#include "mod_cutover/wire/json.h"
#include "shared/figures/history.h"

namespace cutover {

nlohmann::json to_json(const std::vector<HistorySample>& samples);
// Throws nlohmann::json::exception where it is none.
std::vector<HistorySample> history_from(const nlohmann::json& columns);

}  // namespace cutover
