// SPDX-License-Identifier: Apache-2.0
// What a preflight costs on databases of many tables, beside what a person would do instead.
#pragma once

#include "tests/bench/part.h"

namespace cutover::bench {

Outcome preflight_part(const Options& options);

}  // namespace cutover::bench
