// SPDX-License-Identifier: Apache-2.0
// A request that asks for an upgrade and is answered 101 is one no more: a WebSocket, or whatever
// its two ends speak. mod_proxy sends that answer past all filters of the request, and
// mod_proxy_wstunnel as bytes that it has not read, so they are seen where they leave.
#pragma once

#include "mod_cutover/httpd/edge/api.h"
#include "mod_cutover/httpd/worker/decision.h"

namespace cutover {

void register_upgrades();

bool asks_for_upgrade(const request_rec* r);

// Of a request that was let through. From its 101 on it is counted among those that never end.
void watch_for_upgrade(request_rec* r, Decision& decision);
// At its end.
void no_upgrade_any_more(Decision& decision);

}  // namespace cutover
