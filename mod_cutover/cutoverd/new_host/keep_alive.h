// SPDX-License-Identifier: Apache-2.0
// Preflight: whether the new host closes idle connections before mod_proxy stops using them.
#pragma once

#include <cstdint>
#include <optional>

#include "shared/protocol/check.h"

namespace cutover {

// `keeps_s`: what its Keep-Alive header says, in seconds; nothing where it says nothing. For a
// CutoverNewHost without a ttl of its own.
std::optional<Check> idle_connections(std::optional<std::int64_t> keeps_s);

}  // namespace cutover
