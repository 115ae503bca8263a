// SPDX-License-Identifier: Apache-2.0
// A child's beginning and end.
#pragma once

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

// Hook child_init: it claims its counters, nothing is left through which it could write a decision,
// and what its held requests wait with is made.
void child_init(apr_pool_t* pool, server_rec* main_server);
// Hook child_stopping: whoever is held by this child is let go.
void child_stopping(apr_pool_t* pool, int graceful);

}  // namespace cutover
