// SPDX-License-Identifier: Apache-2.0
// Preflight: by each name of each vhost, does the new host answer where the old one does? Without
// any CutoverProbe: the front page, by the very way that visitors will go.
#pragma once

#include <optional>

#include "mod_cutover/cutoverd/new_host/page_checks.h"

namespace cutover {

// Nothing where there is nobody to be asked.
std::optional<Check> look_at_names(const PageLook& look);

}  // namespace cutover
