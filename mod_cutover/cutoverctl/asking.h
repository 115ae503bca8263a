// SPDX-License-Identifier: Apache-2.0
// How the coordinator is asked: with how much patience, and when it may be asked again.
#pragma once

#include <string>

#include "mod_cutover/cutoverctl/options.h"
#include "mod_cutover/wire/client.h"

namespace cutover {

// The verbs that move the site or hold its requests; `abort` acts, but is no run.
bool is_run(const std::string& verb);
bool acts(const std::string& verb);

Reply ask_coordinator(const Options& options, const OnProgress& on_progress);
// For `watch`: goes on with the next coordinator, once one has been seen alive.
Reply keep_watching(const Options& options, const OnProgress& on_progress);

}  // namespace cutover
