// SPDX-License-Identifier: Apache-2.0
// Preflight: whether the requests that a site makes of itself are known for such.
#pragma once

#include <optional>

#include "shared/protocol/check.h"
#include "shared/protocol/counts.h"
#include "shared/protocol/settings.h"

namespace cutover {

// Nothing where CutoverSelfCalls is Off: then they are not looked for.
std::optional<Check> self_calls(const SiteSettings& site, const Counts& counts);

}  // namespace cutover
