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
// came before it wait for their turn, here or in another child: it takes a place of the release, or
// waits behind them. Nothing: it goes through the gate. What it joins is a hold as any other, but
// for its ends: a request that finds no room, or whose time is up, goes to the side that is
// decided.
std::optional<Held> wait_for_turn(request_rec* r, const Runtime& runtime, Gate& gate,
                                  Decision& decision);

}  // namespace cutover
