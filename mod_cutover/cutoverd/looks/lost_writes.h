// SPDX-License-Identifier: Apache-2.0
// Whether a server has all that it once wrote itself. One that was restored from a backup, was
// built anew, or lost its tail in a power cut has not.
#pragma once

#include "shared/protocol/ports.h"
#include "shared/protocol/recovery.h"

namespace cutover {

// With `mine` as the side that serves, by the journaled position. What cannot be told is none: of
// a server that does not answer other rows speak. Takes a second where `mine` seems to lack some.
Lost lost_writes(Replication& databases, Clock& clock, Side mine, const Position& journaled);

}  // namespace cutover
