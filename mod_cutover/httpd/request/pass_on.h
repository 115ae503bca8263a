// SPDX-License-Identifier: Apache-2.0
// A request that goes to the new host is answered by it, through mod_proxy.
#pragma once

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

// Hook handler, before anybody else's; declines what is not routed.
int pass_on(request_rec* r);
// The same before mod_cache's (CacheQuickHandler Off), for whom nothing is cached.
int pass_on_uncached(request_rec* r);

}  // namespace cutover
