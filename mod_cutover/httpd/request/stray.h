// SPDX-License-Identifier: Apache-2.0
// A request that came by the old host although the new one serves.
#pragma once

#include "mod_cutover/httpd/edge/api.h"
#include "mod_cutover/httpd/worker/runtime.h"

namespace cutover {

void count_as_stray(request_rec* r, const Runtime& runtime, const Site& site);

}  // namespace cutover
