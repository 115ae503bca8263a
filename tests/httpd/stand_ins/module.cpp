// SPDX-License-Identifier: Apache-2.0
// Modules of httpd that stand for others which are not installed here: they have the names and the
// directives of theirs by which configtest goes, and do nothing.
#define AP_HAVE_C99 1

#include <httpd.h>
// After httpd.h, which the other needs.
#include <http_config.h>

extern "C" {
extern __attribute__((visibility("default"))) struct module_struct php_module;
extern __attribute__((visibility("default"))) struct module_struct filters_module;
}

namespace {

const char* take(cmd_parms*, void*, const char*) { return nullptr; }
const char* take_two(cmd_parms*, void*, const char*, const char*) { return nullptr; }

const command_rec kOfPhp[] = {
    AP_INIT_TAKE2("php_value", take_two, nullptr, OR_ALL, "a setting and its value"),
    AP_INIT_TAKE2("php_admin_value", take_two, nullptr, OR_ALL, "a setting and its value"),
    {nullptr, {nullptr}, nullptr, 0, RAW_ARGS, nullptr},
};

const command_rec kOfFilters[] = {
    AP_INIT_TAKE1("SecRuleEngine", take, nullptr, OR_ALL, "On, Off or DetectionOnly"),
    AP_INIT_TAKE1("ModPagespeed", take, nullptr, OR_ALL, "on, off or unplugged"),
    AP_INIT_TAKE1("FcgidIOTimeout", take, nullptr, OR_ALL, "seconds"),
    AP_INIT_TAKE1("PassengerMaxRequestTime", take, nullptr, OR_ALL, "seconds"),
    {nullptr, {nullptr}, nullptr, 0, RAW_ARGS, nullptr},
};

}  // namespace

extern "C" {
struct module_struct php_module = {MODULE_MAGIC_NUMBER_MAJOR,
                                   MODULE_MAGIC_NUMBER_MINOR,
                                   -1,
                                   "mod_php.c",
                                   nullptr,
                                   nullptr,
                                   MODULE_MAGIC_COOKIE,
                                   nullptr,
                                   nullptr,
                                   nullptr,
                                   nullptr,
                                   nullptr,
                                   kOfPhp,
                                   nullptr,
                                   AP_MODULE_FLAG_NONE};
struct module_struct filters_module = {MODULE_MAGIC_NUMBER_MAJOR,
                                       MODULE_MAGIC_NUMBER_MINOR,
                                       -1,
                                       "mod_stand_ins.c",
                                       nullptr,
                                       nullptr,
                                       MODULE_MAGIC_COOKIE,
                                       nullptr,
                                       nullptr,
                                       nullptr,
                                       nullptr,
                                       nullptr,
                                       kOfFilters,
                                       nullptr,
                                       AP_MODULE_FLAG_NONE};
}
