// SPDX-License-Identifier: Apache-2.0
// Preflight: whether the arriving database is made as the leaving one is.
#pragma once

#include <vector>

#include "mod_cutover/cutoverd/databases/scene/scene.h"

namespace cutover {

std::vector<CheckRow> object_checks();

}  // namespace cutover
