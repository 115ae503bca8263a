// SPDX-License-Identifier: Apache-2.0
// How the cost of a switch grows: with workers, children, sites and held requests.
#pragma once

#include "tests/bench/part.h"

namespace cutover::bench {

Outcome scale_part(const Options& options);

}  // namespace cutover::bench
