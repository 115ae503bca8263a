// SPDX-License-Identifier: Apache-2.0
// How soon, and how gently, those who were held come to a new host with a queue.
#pragma once

#include "tests/bench/part.h"

namespace cutover::bench {

Outcome release_part(const Options& options);

}  // namespace cutover::bench
