// SPDX-License-Identifier: Apache-2.0
// A place in the window of a site's release, of a request that was not parked for it: it blocked
// its thread, or came while the release lasted. It stands in the request's Decision, and is given
// back when the answer is through.
#pragma once

#include "mod_cutover/httpd/worker/decision.h"
#include "mod_cutover/httpd/worker/runtime.h"
#include "shared/figures/site_window.h"

namespace cutover {

SiteWindow window_of(const Runtime& runtime, const Site& site);

// It has just taken one in that window.
void keep_place(Decision& decision, const Departure& departure);
// The request was not served after all.
void give_place_back(const Runtime& runtime, Decision& decision);
// The host has answered it, or could not.
void end_place(const Runtime& runtime, Decision& decision, bool failed);

}  // namespace cutover
