// SPDX-License-Identifier: Apache-2.0
// mod_proxy's own steps of a routed request, taken before any module that takes every request as
// its own, whoever it is for: Passenger does with PassengerHighPerformance.
#pragma once

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

// Hooks map_to_storage and handler; they decline what is not routed.
int map_by_proxy(request_rec* r);
int answer_by_proxy(request_rec* r);

}  // namespace cutover
