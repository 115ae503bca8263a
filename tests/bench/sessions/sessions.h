// SPDX-License-Identifier: Apache-2.0
// Whether a hold takes thousands of sessions of HTTP/2 as it takes requests of HTTP/1.
#pragma once

#include "tests/bench/part.h"

namespace cutover::bench {

Outcome sessions_part(const Options& options);

}  // namespace cutover::bench
