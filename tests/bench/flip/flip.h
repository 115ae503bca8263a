// SPDX-License-Identifier: Apache-2.0
// The flip itself: from the store of the word to the last worker that has seen it.
#pragma once

#include "tests/bench/part.h"

namespace cutover::bench {

Outcome flip_part(const Options& options);

}  // namespace cutover::bench
