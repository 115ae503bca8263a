// SPDX-License-Identifier: Apache-2.0
// The module's record, and nothing else.
#include "mod_cutover/httpd/config/directives.h"
#include "mod_cutover/httpd/config/server_config.h"
#include "mod_cutover/httpd/edge/wall.h"
#include "mod_cutover/httpd/hooks.h"

// STANDARD20_MODULE_STUFF spelt out: its __FILE__ would make <IfModule mod_cutover.c> false.
struct module_struct cutover_module = {
    MODULE_MAGIC_NUMBER_MAJOR,
    MODULE_MAGIC_NUMBER_MINOR,
    -1,
    "mod_cutover.c",
    nullptr,
    nullptr,
    MODULE_MAGIC_COOKIE,
    nullptr,
    nullptr,  // per-directory configuration: none
    nullptr,
    cutover::walled<cutover::create_server_config>,
    cutover::walled<cutover::merge_server_config>,
    cutover::kDirectives,
    cutover::walled<cutover::register_hooks>,
    AP_MODULE_FLAG_NONE,
};
