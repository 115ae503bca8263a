// SPDX-License-Identifier: Apache-2.0
// How a request waits while no side is decided: parked, without a thread, where httpd can do that;
// blocking its worker's thread elsewhere, as long as enough threads are left for others.
#pragma once

#include "mod_cutover/httpd/held_request.h"

namespace cutover {

// To be called when the gate said hold, and again when a request that was parked is resumed.
// Every end is counted in here; kParked is none.
Held hold(request_rec* r, const Runtime& runtime, Gate& gate, Decision& decision);

}  // namespace cutover
