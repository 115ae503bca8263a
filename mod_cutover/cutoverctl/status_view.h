// SPDX-License-Identifier: Apache-2.0
// The sites as they are now, once or live.
#pragma once

#include "mod_cutover/cutoverctl/terminal.h"
#include "mod_cutover/wire/json.h"

namespace cutover {

// Both throw nlohmann::json::exception when a field is missing.
void print_status(const nlohmann::json& result);
// On a terminal the screen is drawn anew; elsewhere it is one line a site.
void print_watch(const Terminal& terminal, const nlohmann::json& result);

}  // namespace cutover
