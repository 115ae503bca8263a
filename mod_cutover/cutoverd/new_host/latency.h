// SPDX-License-Identifier: Apache-2.0
// Preflight: for how long one of httpd's workers is busy with a visitor of the new host.
#pragma once

#include "mod_cutover/cutoverd/new_host/front_page.h"

namespace cutover {

// The middle one of several answers, up to their first byte, after the one that there is already:
// for that a connection was opened, and an application may have started. Where none of them comes
// in time, that one's own.
Nanos latency(Pages& pages, const FrontPage& first, Nanos limit);

}  // namespace cutover
