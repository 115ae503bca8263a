// SPDX-License-Identifier: Apache-2.0
// Sessions of HTTP/2 on their way through httpd: known from ALPN's answer on, held whole before
// mod_http2 has them, and handed to it when the hold is over.
//
//   learn_session   mod_ssl's handshake has chosen h2 for this vhost (or a request was upgraded)
//   hold_session    before mod_http2, at each of its turns: a hold? parked, as a request is
//       ... parking.h: the MPM polls an eventfd until the waker writes it ...
//   hold_session    the hold is over: mod_http2 reads what has come meanwhile
#pragma once

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

// Hook protocol_switch, before mod_http2's.
int learn_session(conn_rec* c, request_rec* r, server_rec* s, const char* protocol);
// Hook process_connection, before everybody: of a stream, which is a connection of its own to
// httpd.
int note_stream(conn_rec* c);
// Hook process_connection, between mod_ssl's and mod_http2's.
int hold_session(conn_rec* c);

// Hook mpm_query. A child that ends after a graceful says so to each idle session before it reads
// what has come, which mod_http2 refuses then. What came before a hold's end is taken first.
int say_running(int query, int* result, apr_status_t* status);

}  // namespace cutover
