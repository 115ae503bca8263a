// SPDX-License-Identifier: Apache-2.0
// A stream that nobody has processed is refused as HTTP/2 says it: RST_STREAM with REFUSED_STREAM,
// by which a client knows that it may ask again, a purchase too. Where there is room for it is not
// known: on other connections, or a moment later.
#pragma once

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

// False where it is no stream, or this mod_http2 takes no such answer: it has to be answered.
bool refuse_stream(request_rec* r);

}  // namespace cutover
