// SPDX-License-Identifier: Apache-2.0
// CutoverPreview: who sends its cookie is answered by the new host while old serves. He reads
// there, no more. No gate counts him, so that no drain waits for him, and no hold holds him: until
// a switch has flipped he goes to new, and from then on he is a visitor as any other. In a run that
// leads back he is one, too.
#pragma once

#include "mod_cutover/httpd/edge/api.h"
#include "mod_cutover/httpd/worker/decision.h"
#include "mod_cutover/httpd/worker/runtime.h"

namespace cutover {

// Takes the cookie off a request that has just come, whatever its value: no application hears of
// it, on no host, and no log. The decision notes whether it was the right one.
void take_preview_cookie(request_rec* r, Decision& decision);

// Of a request with the cookie, for which nothing else has been decided: old serves, or did until
// the switch that is under way.
bool is_shown_new(const Runtime& runtime, const Decision& decision);

// What to answer the hook quick_handler: the new host's answer, which this has asked for.
int serve_preview(request_rec* r, Decision& decision);

}  // namespace cutover
