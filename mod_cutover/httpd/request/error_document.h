// SPDX-License-Identifier: Apache-2.0
// An error of this httpd's own, such as a password that is asked for, whose page the new host has.
#pragma once

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

void register_error_documents();

// `r` is about to be routed. Where it is an ErrorDocument, it is asked for as a document of its
// own: without the body, the range and the conditions of the request that failed. And the error
// stays one, whatever the new host says of its page: a browser asks for a password only where 401
// is said. An HTTP status where the body that failed cannot be read, else OK.
int keep_error(request_rec* r);

}  // namespace cutover
