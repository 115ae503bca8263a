// SPDX-License-Identifier: Apache-2.0
// All the other days: what the module costs while old serves, and what a proxy in front would.
#pragma once

#include "tests/bench/part.h"

namespace cutover::bench {

Outcome steady_part(const Options& options);

}  // namespace cutover::bench
