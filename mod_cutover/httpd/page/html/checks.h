// SPDX-License-Identifier: Apache-2.0
// A preflight's checks: what blocks first, then what warns, then what passes.
#pragma once

#include "mod_cutover/httpd/page/html/html.h"
#include "mod_cutover/wire/json.h"

namespace cutover {

// As the control socket gives them.
void write_checks(Html& html, const nlohmann::json& checks);

}  // namespace cutover
