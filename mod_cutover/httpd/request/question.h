// SPDX-License-Identifier: Apache-2.0
// The coordinator's own questions among the requests (shared/memory/question.h).
#pragma once

#include <optional>

#include "mod_cutover/httpd/edge/api.h"
#include "shared/memory/layout.h"
#include "shared/protocol/side.h"

namespace cutover {

// The side that it is for, where it is one: a GET or HEAD from this machine, with the secret, which
// is gone from the request afterwards.
std::optional<Side> side_of_question(request_rec* r, const SiteControl& control);
// It is passed on to the new host now;
void mark_question(request_rec* r);
// and one that was, and is here again.
bool came_in_a_circle(request_rec* r);

}  // namespace cutover
