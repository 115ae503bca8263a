// SPDX-License-Identifier: Apache-2.0
// Who holds a lock on a server that visitors' writes would wait for, though nothing runs there: a
// backup, LOCK TABLES, an idle transaction.
#pragma once

#include <string>

#include "mod_cutover/cutoverd/databases/session/connection.h"

namespace cutover {

// Empty where nobody was found. Changes nothing, waits for no lock; a few ms on a quiet server.
Reading<std::string> who_locks(Connection& server, Deadline deadline);

}  // namespace cutover
