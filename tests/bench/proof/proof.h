// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/bench/part.h"

namespace cutover::bench {

Outcome proof_part(const Options& options);

}  // namespace cutover::bench
