// SPDX-License-Identifier: Apache-2.0
// Those who still come by the old host, as JSON: the report for people and programs, an hour for
// the coordinator's own file.
#pragma once

#include <optional>

#include "mod_cutover/wire/json.h"
#include "shared/figures/strays.h"

namespace cutover {

nlohmann::json to_json(const StrayReport& report);
// Throws nlohmann::json::exception.
StrayReport stray_report_from(const nlohmann::json& json);

nlohmann::json to_json(const StrayHour& hour);
StrayHour stray_hour_from(const nlohmann::json& json);  // throws nlohmann::json::exception

}  // namespace cutover
