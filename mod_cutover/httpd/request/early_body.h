// SPDX-License-Identifier: Apache-2.0
// While a run is quieting, a request is let in when its body has come, and not before: who is still
// sending has not begun, and no drain waits for a slow line.
#pragma once

#include <cstdint>

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

// Call once, at registration.
void register_early_body();

enum class EarlyBody : std::uint8_t {
  kHere,    // all of it, kept for whoever reads it
  kLong,    // more than is kept, or more than can be known to be allowed: not to be let in now
  kFailed,  // the client left, or sent what is no body
};

struct ReadBody {
  EarlyBody end;
  int status = OK;  // of kFailed: what to answer
};

// Blocks this thread, as the handler that reads a body would. Of a request that has a body, before
// anything of it was read, and once.
ReadBody read_body_early(request_rec* r);

}  // namespace cutover
