// SPDX-License-Identifier: Apache-2.0
// What the old host does to an answer of the new one, which has been made by the same settings.
#pragma once

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

void register_answers();
// Hook child_init: looks once for what is the same for all.
void find_what_answers_need(apr_pool_t* pool, server_rec* main_server);

// Of a routed request, before mod_proxy has it, when all filters are there. The new host hears the
// site's name; no header that its answer has is put beside it once more by `Header always`; and
// nothing in its answer makes this host open a file of its own.
void prepare_for_new_host(request_rec* r);

}  // namespace cutover
