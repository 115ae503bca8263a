// SPDX-License-Identifier: Apache-2.0
// The audit trail for people: one line an event.
#pragma once

#include "mod_cutover/wire/json.h"

namespace cutover {

// Throws nlohmann::json::exception when there is no list.
void print_events(const nlohmann::json& result);

}  // namespace cutover
