// SPDX-License-Identifier: Apache-2.0
// Preflight: whether a replica finds the rows that were changed.
#pragma once

#include "mod_cutover/cutoverd/databases/checks/objects/catalog.h"

namespace cutover {

Finding primary_keys(Scene& scene, Catalog& catalog);

}  // namespace cutover
