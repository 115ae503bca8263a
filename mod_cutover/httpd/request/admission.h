// SPDX-License-Identifier: Apache-2.0
// What happens to a request on its arrival: through the gate, or held, or refused; and how it is
// counted out again.
#pragma once

#include "mod_cutover/httpd/edge/api.h"
#include "mod_cutover/httpd/worker/decision.h"

namespace cutover {

// Hook quick_handler: before anything else looks at the request. DECLINED lets it go on.
int admit(request_rec* r, int lookup);

// 503 with Retry-After, for httpd to answer with.
int refuse(request_rec* r);
void ask_to_retry(request_rec* r);

// counting.cpp: a request that was counted in is counted out once, by the first of these two: its
// last byte going down the filters, or the end of its pool.
void register_counting();
void count_out_at_end(request_rec* r, Decision& decision);
// In between: it does not end, and no drain is to wait for it (memory/endless.h).
void count_as_endless(request_rec* r, Decision& decision);
// The same place, for its beginning: its note says that it sends its body until that has been read.
void watch_body(request_rec* r, Decision& decision);

}  // namespace cutover
