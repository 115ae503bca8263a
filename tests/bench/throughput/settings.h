// SPDX-License-Identifier: Apache-2.0
// What a setting of CutoverNewHost is worth: the module with it, and without.
#pragma once

#include "tests/bench/part.h"

namespace cutover::bench {

Outcome settings_part(const Options& options);

}  // namespace cutover::bench
