// SPDX-License-Identifier: Apache-2.0
// What the old host does to an answer of the new one, which has been made by the same settings.
#pragma once

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

void register_answers();

// Hook handler, before mod_proxy's, when all filters are there. The new host hears the site's name;
// no header that its answer has is put beside it once more by `Header always`; and nothing in its
// answer makes this host open a file of its own. Always DECLINED.
int prepare_for_new_host(request_rec* r);

}  // namespace cutover
