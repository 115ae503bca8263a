// SPDX-License-Identifier: Apache-2.0
// The parent's part in cutoverd: started at each generation, told to leave, started again when it
// dies, ended with httpd. What must be known over a graceful is in Retained; httpd's parent has one
// thread, and all of this runs in it.
#pragma once

#include <string>

#include "mod_cutover/httpd/edge/api.h"
#include "mod_cutover/httpd/parent/retained.h"
#include "shared/protocol/settings.h"

namespace cutover {

// The path that will be started: CUTOVER_CUTOVERD in the environment, else the installed one.
std::string coordinator_program();

// Why it could not be started; nothing when it could. Changes nothing.
std::string coordinator_problem();

// Those that live finish their run and leave; the successor is started at once and waits for them
// by its lock. `config_json` goes to its standard input at this start and at each one after a
// death. Throws std::runtime_error when it
// cannot be started; the one that is there stays then.
void start_coordinator(apr_pool_t* pconf, server_rec* s, Retained& kept,
                       const std::string& config_json);

// Hook monitor: the safety net for a death that was not told.
int keep_coordinator(apr_pool_t* pool, server_rec* s);

}  // namespace cutover
