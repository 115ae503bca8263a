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

#include "shared/words/messages.h"

#if !AP_MODULE_MAGIC_AT_LEAST(20120211, 83)
#error "mod_cutover needs httpd 2.4.37 or newer"
#endif

extern "C" {
// The visibility stands on the first declaration, since everything else here is hidden.
extern __attribute__((visibility("default"))) struct module_struct cutover_module;
}

// What APLOG_USE_MODULE spells, less its word `module`, which C++20 reads as its own.
[[maybe_unused]] static int* const aplog_module_index = &cutover_module.module_index;

namespace cutover {

// Level and meaning are in the table of messages. `flags`: APLOG_STARTUP and its like.
inline int aplog_level(Message message) {
  switch (explanation(id_of(message))->level) {
    case Level::kInfo:
      return APLOG_INFO;
    case Level::kNotice:
      return APLOG_NOTICE;
    case Level::kWarning:
      return APLOG_WARNING;
    case Level::kError:
      return APLOG_ERR;
    case Level::kCritical:
      return APLOG_CRIT;
  }
  return APLOG_ERR;
}

inline void log(server_rec* s, Message message, const std::string& text, int flags = 0) {
  ap_log_error(APLOG_MARK, flags | aplog_level(message), 0, s, "%s: %s",
               code(id_of(message)).c_str(), text.c_str());
}
inline void log(request_rec* r, Message message, const std::string& text) {
  ap_log_rerror(APLOG_MARK, aplog_level(message), 0, r, "%s: %s", code(id_of(message)).c_str(),
                text.c_str());
}

}  // namespace cutover
