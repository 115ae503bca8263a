// SPDX-License-Identifier: Apache-2.0
// What httpd has to tell the child's closer (closer.h): whose connection a request came by, and
// when that one ends.
#pragma once

#include "mod_cutover/httpd/edge/api.h"
#include "mod_cutover/httpd/worker/runtime.h"

namespace cutover {

// A child, before it has threads. Nothing where no site says `CutoverStragglers close`.
void start_closer(apr_pool_t* pool, server_rec* s, Runtime& runtime);

// A request was let through, with that note. One that is a stream of HTTP/2 among others is left to
// end by itself: its connection is theirs, too.
void close_if_left_behind(request_rec* r, const Runtime& runtime, const InFlightNote* note);

// Hook pre_close_connection: its socket is closed next.
int let_connection_end(conn_rec* c);

}  // namespace cutover
