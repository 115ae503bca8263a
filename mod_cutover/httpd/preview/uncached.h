// SPDX-License-Identifier: Apache-2.0
// The answer to who previews, or to the coordinator's question, is for him alone: whatever a host,
// or a section of the vhost, says of it, no cache on its way may keep it for visitors, or answer
// it.
#pragma once

#include <string_view>

#include "mod_cutover/httpd/edge/api.h"
#include "mod_cutover/httpd/worker/decision.h"

namespace cutover {

// Call once, at registration.
void register_uncached();
// Of a request that has just come; its answer says so, be it an error.
void keep_out_of_caches(request_rec* r);

// The request, to its end, and what follows from it; for a quick handler to return.
int serve_uncached(request_rec* r, Decision& decision);
int follow_uncached(request_rec* r);

}  // namespace cutover
