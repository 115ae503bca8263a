// SPDX-License-Identifier: Apache-2.0
// Who serves, by the databases alone: where a site has no journal.
#pragma once

#include <optional>

#include "shared/protocol/ports.h"

namespace cutover {

// One is writable, the other is not and has no writes that the writer lacks. Else nothing.
std::optional<Side> the_one_writer(Replication& databases);

}  // namespace cutover
