// SPDX-License-Identifier: Apache-2.0
// What somebody should know who looks at the new host before it serves (CutoverPreview).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shared/protocol/check.h"
#include "shared/protocol/ports.h"
#include "shared/protocol/settings.h"

namespace cutover {

// `elsewhere`: the site's names for which DNS leads to neither host. Nothing where no preview is
// set.
std::optional<Check> previewing(const SiteSettings& site,
                                const Reading<std::vector<std::string>>& elsewhere);

}  // namespace cutover
