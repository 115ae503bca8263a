// SPDX-License-Identifier: Apache-2.0
// The table of all directives.
#pragma once

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

extern const command_rec kDirectives[];

// Setters of what stands inside <CutoverSite> (site_directives.cpp). The second argument, httpd's
// per-directory configuration, is not used: the site that is being read is found through `cmd`.
const char* set_new_host(cmd_parms* cmd, void*, const char* args);
const char* set_serve(cmd_parms* cmd, void*, const char* side);
const char* set_database(cmd_parms* cmd, void*, const char* file, const char* group);
const char* set_duration(cmd_parms* cmd, void*, const char* duration);
const char* set_hold_limit(cmd_parms* cmd, void*, const char* count);
const char* set_stragglers(cmd_parms* cmd, void*, const char* verb, const char* after);
const char* add_stream(cmd_parms* cmd, void*, const char* what);
const char* set_self_calls(cmd_parms* cmd, void*, const char* word);
const char* set_flag(cmd_parms* cmd, void*, int on);
const char* add_path(cmd_parms* cmd, void*, const char* path);
const char* set_preview(cmd_parms* cmd, void*, const char* cookie);
const char* add_left_behind(cmd_parms* cmd, void*, const char* name);
const char* add_known(cmd_parms* cmd, void*, const char* directive);
const char* add_probe(cmd_parms* cmd, void*, const char* path, const char* cookie_file);
const char* add_hook(cmd_parms* cmd, void*, const char* event, const char* program);

}  // namespace cutover
