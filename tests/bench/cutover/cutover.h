// SPDX-License-Identifier: Apache-2.0
// The move itself: what its visitors meet, by the module and by what else there is.
#pragma once

#include "tests/bench/part.h"

namespace cutover::bench {

Outcome cutover_part(const Options& options);

}  // namespace cutover::bench
