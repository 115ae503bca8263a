// SPDX-License-Identifier: Apache-2.0
// Who stands in the way of a fence: the statement, the account and how long it has been at it.
#pragma once

#include <string>

#include "mod_cutover/cutoverd/databases/session/connection.h"

namespace cutover {

// Empty when nobody was found. Values in statements are left out: they may be anybody's secrets.
std::string who_blocks(Connection& server, Deadline deadline);

}  // namespace cutover
