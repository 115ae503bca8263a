// SPDX-License-Identifier: Apache-2.0
// The answer to who previews is for him alone: whatever the new host, or a section of the vhost,
// says of it, no cache on its way may keep it for visitors.
#pragma once

#include <string_view>

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

// Call once, at registration.
void register_uncached();
// Of a request that has just come; its answer says so, be it an error.
void keep_out_of_caches(request_rec* r);

}  // namespace cutover
