// SPDX-License-Identifier: Apache-2.0
// What httpd has to tell the child's cutter (cutter.h).
#pragma once

#include "mod_cutover/httpd/edge/api.h"
#include "mod_cutover/httpd/endless/cutter.h"
#include "mod_cutover/httpd/worker/decision.h"
#include "mod_cutover/httpd/worker/runtime.h"

namespace cutover {

// A child, before it has threads.
void make_cutter(apr_pool_t* pool, Runtime& runtime);

// The request does not end: from now on its connection may be closed. Nothing where nobody would.
EndlessRequest* enter_cutter(request_rec* r, const Runtime& runtime, const Decision& decision);

// mod_proxy's hook create_req: where it has sent the request to.
int note_origin(request_rec* r, request_rec* to_origin);
// And its hook request_status: that connection is another request's from now on, or closed.
int forget_origin(int* status, request_rec* r);

}  // namespace cutover
