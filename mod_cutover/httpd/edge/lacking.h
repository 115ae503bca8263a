// SPDX-License-Identifier: Apache-2.0
// What an older httpd lacks of the one that this was compiled for: each is asked for at run time,
// by its address, which is null there.
#pragma once

#include "mod_cutover/httpd/edge/api.h"
// After httpd.h.
#include <mpm_common.h>
#if __has_include(<http_ssl.h>)
#include <http_ssl.h>

// Since 2.4.48.
#pragma weak ap_ssl_conn_is_ssl
#endif
#if AP_MODULE_MAGIC_AT_LEAST(20120211, 110)
// Since 2.4.49.
#pragma weak ap_hook_child_stopping
#endif
