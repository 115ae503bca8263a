// SPDX-License-Identifier: Apache-2.0
// The same hold in HAProxy's queue, before the same new host.
#pragma once

#include "tests/bench/held/held.h"

namespace cutover::bench {

// Throws where it does not hold them all: there would be nothing to compare.
HeldFigures queue_many(const HeldLoad& load);

}  // namespace cutover::bench
