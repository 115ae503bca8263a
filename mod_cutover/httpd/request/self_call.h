// SPDX-License-Identifier: Apache-2.0
// A request that the site makes of itself over HTTP, while the one that makes it is in flight: held
// in the drain as any other, each would wait for the other until the drain is given up. It comes
// from the host of the side that serves, and nobody says to have passed it on for somebody else.
// Who calls and does not wait, as wp-cron does, closes within milliseconds: so it is held for a
// moment first, and goes on only if its client is still there.
#pragma once

#include <optional>

#include "mod_cutover/httpd/edge/api.h"
#include "mod_cutover/httpd/worker/decision.h"
#include "mod_cutover/httpd/worker/runtime.h"
#include "shared/memory/gate.h"

namespace cutover {

// It was made by the host of `side`: by its address, and by what its head does not say.
bool is_own(const request_rec* r, const Site& site, Side side);

// Of those served: how many are own (shared/figures/silent_front.h), for what it is worth.
void count_own(const request_rec* r, const Site& site, Side side, SiteCounters& mine);

// To be called when the gate said hold. Nothing: it is held as any other.
std::optional<Side> let_self_call_through(request_rec* r, const Runtime& runtime, Gate& gate,
                                          Decision& decision);

}  // namespace cutover
