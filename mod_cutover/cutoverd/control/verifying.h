// SPDX-License-Identifier: Apache-2.0
// What a site's comparison of its databases has found, as the socket tells it.
#pragma once

#include "mod_cutover/cutoverd/site/site.h"

namespace cutover {

// null: a site that has none.
nlohmann::json verified_of(const Site& site);

}  // namespace cutover
