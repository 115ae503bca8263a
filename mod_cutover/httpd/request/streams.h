// SPDX-License-Identifier: Apache-2.0
// Answers that never end, as CutoverStreams names them. Of a GET alone: what may write is waited
// for.
#pragma once

#include "mod_cutover/httpd/edge/api.h"
#include "mod_cutover/httpd/worker/decision.h"

namespace cutover {

// By its path, when it is let through.
bool is_endless_by_path(request_rec* r, const Decision& decision);
// By the type of its answer, when that begins. `r` is the request that gives it.
bool is_endless_by_type(const request_rec* r, const Decision& decision);

// What it asks for is probably one of those, or an upgrade.
bool keeps_its_thread(request_rec* r, const Decision& decision);

}  // namespace cutover
