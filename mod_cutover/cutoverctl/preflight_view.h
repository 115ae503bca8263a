// SPDX-License-Identifier: Apache-2.0
// The preflight's checks as a table, and what follows from them.
#pragma once

#include <string>
#include <vector>

#include "mod_cutover/cutoverctl/terminal.h"
#include "mod_cutover/wire/json.h"
#include "shared/protocol/check.h"

namespace cutover {

// A verdict that is not known here blocks. Throws nlohmann::json::exception.
std::vector<Check> checks_from(const nlohmann::json& result);

// The last line says whether a `direction` would be accepted now.
void print_checks(const Terminal& terminal, const std::vector<Check>& checks,
                  const std::string& direction, bool accepted);

}  // namespace cutover
