// SPDX-License-Identifier: Apache-2.0
// Whether the client of a held request is still there.
//
// A connection that broke is over, whatever was asked for. One whose client has closed its sending
// half alone may be either: somebody who has said all and waits for the answer, as scripts and
// monitors do, or somebody who has left, since a close looks the same until something is sent to
// it. What changes nothing is served: at worst nobody reads it. What has a body is not: who left
// and comes again must not buy twice. In TLS nobody closes a half and waits.
#pragma once

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

// By what its head says.
bool has_body(const request_rec* r);

bool in_tls(conn_rec* c);
// In the clear, by what has come of it; nothing is read.
bool begins_with_http2(conn_rec* c);

// A GET or HEAD without a body, in the clear, on a connection of its own.
bool may_close_its_half(request_rec* r);

// Data that it sent meanwhile (a body, a pipelined request) says nothing.
bool has_left(request_rec* r);
// Of a connection as a whole.
bool has_left(conn_rec* c, bool may_close_its_half = false);

}  // namespace cutover
