// SPDX-License-Identifier: Apache-2.0
// A run that is under way, phase by phase, and the last one as a timeline.
#pragma once

#include "mod_cutover/httpd/page/html/actions.h"
#include "mod_cutover/httpd/page/html/facts.h"

namespace cutover {

// With the button that stops it.
void write_run(Html& html, Bound& bound, const Snapshot& site, const ActionsParts& actions);
void write_last_run(Html& html, Bound& bound, const Snapshot& site);

}  // namespace cutover
