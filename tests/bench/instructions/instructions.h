// SPDX-License-Identifier: Apache-2.0
// What a request costs in instructions, with and without the module, counted by callgrind.
#pragma once

#include "tests/bench/part.h"

namespace cutover::bench {

Outcome instructions_part(const Options& options);

}  // namespace cutover::bench
