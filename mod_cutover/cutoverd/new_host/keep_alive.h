// SPDX-License-Identifier: Apache-2.0
// Preflight: whether the new host closes idle connections before mod_proxy stops using them.
#pragma once

#include <cstdint>
#include <optional>

#include "shared/protocol/check.h"
#include "shared/protocol/settings.h"

namespace cutover {

// `keeps_s`: what its Keep-Alive header says, in seconds; nothing where it says nothing. `reuse`:
// how long mod_proxy uses one again; nothing: for ever.
std::optional<Check> idle_connections(std::optional<std::int64_t> keeps_s,
                                      std::optional<Millis> reuse);

}  // namespace cutover
