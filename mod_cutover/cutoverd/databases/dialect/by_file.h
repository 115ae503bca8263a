// SPDX-License-Identifier: Apache-2.0
// Where a server stands by file and offset, and the wait for a place: shared/protocol/
// file_position.h. What it has applied of the other's its link tells, and nothing else does: with
// the link that is forgotten.
#pragma once

#include <memory>

#include "mod_cutover/cutoverd/databases/dialect/dialect.h"

namespace cutover {

// Its own_beyond() is what it has logged since, of whomever.
Reading<std::unique_ptr<Standing>> standing_by_file(Connection& server, const Dialect& dialect,
                                                    const Identity& identity, Deadline deadline);

// One slice of it, bounded and exact: as Dialect::wait_applied.
Answer wait_for_place(Connection& server, const Dialect& dialect, const Identity& identity,
                      const Position& position, Nanos slice);

}  // namespace cutover
