// SPDX-License-Identifier: Apache-2.0
// How many requests this httpd can hold, as its MPM and its limits are set.
#pragma once

#include "mod_cutover/httpd/config.h"

namespace cutover {

// Descriptors of a child that are not parked with: for connections to be accepted and for what its
// threads open.
constexpr int spare_fds(int threads) { return threads + 32; }

}  // namespace cutover
