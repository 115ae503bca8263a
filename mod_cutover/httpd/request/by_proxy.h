// SPDX-License-Identifier: Apache-2.0
// mod_proxy's own steps of a routed request, taken before any module that takes every request as
// its own, whoever it is for: Passenger does with PassengerHighPerformance.
#pragma once

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

// Hook child_init: looks for them once.
void find_proxys_steps(apr_pool_t*, server_rec*);

// Hook map_to_storage; declines what is not routed.
int map_by_proxy(request_rec* r);
// What mod_proxy's handler says of a routed request.
int answer_by_proxy(request_rec* r);

}  // namespace cutover
