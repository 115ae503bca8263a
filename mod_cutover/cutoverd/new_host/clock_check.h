// SPDX-License-Identifier: Apache-2.0
// Preflight: the new host's clock.
#pragma once

#include <cstdint>
#include <optional>

#include "shared/protocol/check.h"

namespace cutover {

// From the Date (seconds since the epoch) of an answer to a question that was sent and answered at
// these moments of this host's clock, in ms.
Check clock_of_new_host(std::optional<std::int64_t> date, std::int64_t sent, std::int64_t received);

}  // namespace cutover
