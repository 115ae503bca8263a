// SPDX-License-Identifier: Apache-2.0
// The audit trail as a list.
#pragma once

#include <vector>

#include "mod_cutover/httpd/page/html/html.h"
#include "mod_cutover/httpd/page/sources/events.h"

namespace cutover {

void write_trail(Html& html, const std::vector<TrailLine>& trail);

}  // namespace cutover
