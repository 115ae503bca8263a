// SPDX-License-Identifier: Apache-2.0
// Preflight: whether the programs of CutoverHook can be run, and who may change what they do.
#pragma once

#include <optional>

#include "shared/protocol/check.h"
#include "shared/protocol/settings.h"

namespace cutover {

// As the user of this process, who runs them. Nothing where there are none.
std::optional<Check> hook_programs(const SiteSettings& site);

}  // namespace cutover
