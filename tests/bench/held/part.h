// SPDX-License-Identifier: Apache-2.0
// Thousands of held requests: what each of them costs, and how they are let go.
#pragma once

#include "tests/bench/part.h"

namespace cutover::bench {

Outcome held_part(const Options& options);

}  // namespace cutover::bench
