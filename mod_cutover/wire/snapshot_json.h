// SPDX-License-Identifier: Apache-2.0
// Snapshots as the objects of status.json, both ways.
#pragma once

#include "mod_cutover/wire/json.h"
#include "shared/figures/snapshot.h"
#include "shared/protocol/check.h"

namespace cutover {

nlohmann::json to_json(const Snapshot& snapshot);
nlohmann::json to_json(const LastRun& run);
nlohmann::json to_json(const std::vector<Check>& checks);
// Throw nlohmann::json::exception when a field is missing or of another type.
Snapshot snapshot_from(const nlohmann::json& json);
LastRun last_run_from(const nlohmann::json& json);

// The newest run under that key among lines of the trail. A line of another version, or one that
// somebody edited, is passed over.
std::optional<LastRun> newest_run(const std::vector<nlohmann::json>& events, const char* key);

}  // namespace cutover
