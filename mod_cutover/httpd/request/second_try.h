// SPDX-License-Identifier: Apache-2.0
// A request that was held goes to the new host in a release, when all others do: it may find the
// host's queue full (503), or a kept connection closed in that moment (502). It is tried once more,
// as long as its hold could have lasted and where that repeats nothing: a GET or HEAD without a
// body, or any request of which nothing was sent. What may not be repeated goes out on a fresh
// connection, which nobody has begun to close.
#pragma once

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

// Of a routed request, before mod_proxy has it; DECLINED: it was not held.
int forward_held(request_rec* r);

}  // namespace cutover
