// SPDX-License-Identifier: Apache-2.0
// Hooks check_config and post_config: what must hold before httpd serves, and what is started then.
#pragma once

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

// Fails `httpd -t` and the start, each message with file and line and what would be right.
int check_config(apr_pool_t* pconf, apr_pool_t* plog, apr_pool_t* ptemp, server_rec* s);

// In a configuration test alone: which httpd this is, and what follows from it.
int say_which_httpd(apr_pool_t* pconf, apr_pool_t* plog, apr_pool_t* ptemp, server_rec* s);

// The state directory, the shared memory, the sites' first words, the coordinator.
int start_up(apr_pool_t* pconf, apr_pool_t* plog, apr_pool_t* ptemp, server_rec* s);

}  // namespace cutover
