// SPDX-License-Identifier: Apache-2.0
// How a request waits while no side is decided: parked, without a thread, where httpd can do that;
// blocking its worker's thread elsewhere, as long as enough threads are left for others.
#pragma once

#include "mod_cutover/httpd/hold/held_request.h"

namespace cutover {

// To be called when the gate said hold, and again when a request that was parked is resumed.
// Every end is counted in here; kParked is none.
Held hold(request_rec* r, const Runtime& runtime, Gate& gate, Decision& decision);

// To be called before the gate, by a request that has just come. A side is decided, but some who
// came before it wait in this child for their turn: it is parked behind them, true. What it joins
// is a hold as any other, but for its ends: a request that finds no room, or whose time is up,
// goes to the side that is decided. So does one that cannot be parked (a stream of HTTP/2): its
// wait would take a thread from those who are before it.
bool wait_for_turn(request_rec* r, const Runtime& runtime, Gate& gate, Decision& decision);

}  // namespace cutover
