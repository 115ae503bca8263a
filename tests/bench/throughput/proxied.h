// SPDX-License-Identifier: Apache-2.0
// After the switch: requests a second through the module, and through what else passes them on.
#pragma once

#include "tests/bench/part.h"

namespace cutover::bench {

Outcome proxied_part(const Options& options);

}  // namespace cutover::bench
