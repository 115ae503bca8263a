// SPDX-License-Identifier: Apache-2.0
// The hold that keeps its thread: where httpd cannot park (prefork, worker, before 2.4.63), or has
// no descriptor left, that is one of the MPM's; and everywhere that of a request which is to keep
// it: parked, more of those would come to one child than it has threads for. Some always stay free,
// for the page and for what is served locally; past that a request is shed. A stream of HTTP/2
// keeps one of mod_http2's own threads, and its session one of the MPM's. Where idle sessions are
// parked (held_session.h) none of the others' streams is refused: what finds no thread waits in
// mod_http2.
#pragma once

#include "mod_cutover/httpd/hold/held_request.h"

namespace cutover {

Held block(HeldRequest& request, const Runtime& runtime);
// The same for one that waits for its turn alone: where no thread may wait, it goes on.
Held block_for_turn(HeldRequest& request, const Runtime& runtime);

}  // namespace cutover
