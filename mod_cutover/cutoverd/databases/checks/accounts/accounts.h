// SPDX-License-Identifier: Apache-2.0
// Preflight: accounts and their rights, whom no fence stops, who else is on the servers.
#pragma once

#include <vector>

#include "mod_cutover/cutoverd/databases/scene/scene.h"

namespace cutover {

std::vector<CheckRow> account_checks();

}  // namespace cutover
