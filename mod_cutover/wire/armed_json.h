// SPDX-License-Identifier: Apache-2.0
// What is armed, and what was disarmed, as objects of status.json, both ways; null: none.
#pragma once

#include <optional>

#include "mod_cutover/wire/json.h"
#include "shared/figures/snapshot.h"

namespace cutover {

nlohmann::json to_json(const std::optional<Armed>& armed);
nlohmann::json to_json(const std::optional<Disarmed>& disarmed);
// Throw nlohmann::json::exception when a field is missing or of another type.
std::optional<Armed> armed_from(const nlohmann::json& json);
std::optional<Disarmed> disarmed_from(const nlohmann::json& json);

}  // namespace cutover
