// SPDX-License-Identifier: Apache-2.0
// Who serves, by the databases alone: where a site has no journal.
#pragma once

#include <optional>
#include <string>

#include "shared/protocol/ports.h"

namespace cutover {

// One is writable, the other is not and has no writes that the writer lacks. Else nothing.
std::optional<Side> the_one_writer(Replication& databases);

// Old takes writes, and new has none that it lacks: true of a site that is new here, too, whose new
// database is not read-only yet.
bool old_lacks_nothing(Replication& databases);

// Why a database cannot be asked, where that is so, each behind a semicolon.
std::string unread(Replication& databases);

}  // namespace cutover
