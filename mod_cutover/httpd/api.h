// SPDX-License-Identifier: Apache-2.0
// httpd's headers as C++ can take them, and the record of this module.
#pragma once

// The type-checked, cast-free command tables, which httpd's headers keep from C++ otherwise.
#define AP_HAVE_C99 1

#include <httpd.h>
// After httpd.h, which the others need.
#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <http_main.h>
#include <http_protocol.h>
#include <http_request.h>

#include <string>

#if !AP_MODULE_MAGIC_AT_LEAST(20120211, 109)
#error "mod_cutover needs httpd 2.4.49 or newer (the pre_translate_name hook)"
#endif

extern "C" {
// The visibility stands on the first declaration, since everything else here is hidden.
extern __attribute__((visibility("default"))) struct module_struct cutover_module;
}

// What APLOG_USE_MODULE spells, less its word `module`, which C++20 reads as its own.
[[maybe_unused]] static int* const aplog_module_index = &cutover_module.module_index;

namespace cutover {

inline void log(server_rec* s, int level, const std::string& text) {
  ap_log_error(APLOG_MARK, level, 0, s, "cutover: %s", text.c_str());
}
inline void log(request_rec* r, int level, const std::string& text) {
  ap_log_rerror(APLOG_MARK, level, 0, r, "cutover: %s", text.c_str());
}

}  // namespace cutover
