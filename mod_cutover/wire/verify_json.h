// SPDX-License-Identifier: Apache-2.0
// What a comparison of the databases has found, both ways: in status.json, and in the state
// directory.
#pragma once

#include "mod_cutover/wire/json.h"
#include "shared/figures/verified.h"

namespace cutover {

nlohmann::json to_json(const VerifyReport& report);
nlohmann::json to_json(const Verified& verified, std::int64_t now_ms);
// Throw nlohmann::json::exception when a field is missing or of another type.
VerifyReport verify_report_from(const nlohmann::json& json);
Verified verified_from(const nlohmann::json& json);

}  // namespace cutover
