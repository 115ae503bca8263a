// SPDX-License-Identifier: Apache-2.0
// Nothing that came over the socket reaches a terminal before it went through here.
#pragma once

#include "mod_cutover/wire/json.h"
#include "shared/words/harmless.h"

namespace cutover {

// For every string in it, keys included.
nlohmann::json all_harmless(const nlohmann::json& json);

}  // namespace cutover
