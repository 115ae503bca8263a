// SPDX-License-Identifier: Apache-2.0
// The hold that keeps its worker's thread: where httpd cannot park (prefork, worker, HTTP/2, before
// 2.4.63), or has no descriptor left. Some threads always stay free, for the page and for what is
// served locally; past that a request is shed.
#pragma once

#include "mod_cutover/httpd/hold/held_request.h"

namespace cutover {

Held block(HeldRequest& request, const Runtime& runtime);
// The same for one that waits for its turn alone: where no thread may wait, it goes on.
Held block_for_turn(HeldRequest& request, const Runtime& runtime);

}  // namespace cutover
