// SPDX-License-Identifier: Apache-2.0
// Every check before a switch, as a table of small functions.
#pragma once

#include <vector>

#include "mod_cutover/cutoverd/databases/server/server.h"
#include "shared/protocol/ports.h"
#include "shared/protocol/settings.h"

namespace cutover {

// A server that does not answer makes one check that blocks, instead of all of them.
std::vector<Check> run_preflight(const SiteSettings& site, Replication& replication,
                                 Server& leaving, Server& arriving, Direction direction,
                                 const Position& baseline);

}  // namespace cutover
