// SPDX-License-Identifier: Apache-2.0
// The position that a site begins with, before one is journaled.
#pragma once

#include "shared/protocol/file_position.h"
#include "shared/protocol/ports.h"

namespace cutover {

// What `mine` has. By file, with the place at which the other's log stands now, if it answers: what
// that one wrote by itself before, nothing tells.
Reading<Position> first_known(Replication& databases, Side mine);

}  // namespace cutover
