// SPDX-License-Identifier: Apache-2.0
// Sessions that a test opens by itself, beside a Pair's port.
#pragma once

#include "mod_cutover/cutoverd/databases/session/session.h"
#include "tests/database/pair.h"

namespace cutover {

// The coordinator's own account on a server, as an option file would name it.
ConnectOptions options_of(const harness::DatabaseServer& server);

OpenedSession open(const ConnectOptions& options, Nanos limit = ms(2000));

}  // namespace cutover
