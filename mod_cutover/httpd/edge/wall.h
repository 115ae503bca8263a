// SPDX-License-Identifier: Apache-2.0
// The one exception wall: httpd is C, and an exception that left one of our functions would end the
// child. walled<f, answer> is f as httpd may call it; what escapes f is logged and answered.
#pragma once

#include <exception>
#include <type_traits>

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

inline void log_escaped(const char* what) {
  // The server may not be known yet: then it goes to standard error.
  static_assert(id_of(Message::kInternalError) == 14);
  ap_log_error(APLOG_MARK, APLOG_CRIT, 0, ap_server_conf, "CUT0014: internal error: %s", what);
}

template <auto function, auto answer>
struct Walled;

template <class R, class... Args, R (*function)(Args...), auto answer>
struct Walled<function, answer> {
  static R call(Args... args) noexcept {
    try {
      return function(args...);
    } catch (const std::exception& e) {
      log_escaped(e.what());
    } catch (...) {
      log_escaped("unknown exception");
    }
    if constexpr (!std::is_void_v<R>) return static_cast<R>(answer);
  }
};

template <auto function, auto answer = nullptr>
inline constexpr auto* walled = &Walled<function, answer>::call;

// A directive's setter: httpd takes text for an answer, so the reason itself is the answer.
template <auto function>
struct WalledSetter;

template <class... Args, const char* (*function)(cmd_parms*, void*, Args...)>
struct WalledSetter<function> {
  static const char* call(cmd_parms* cmd, void* config, Args... args) noexcept {
    try {
      return function(cmd, config, args...);
    } catch (const std::exception& e) {
      return apr_pstrcat(cmd->pool, "internal error: ", e.what(), nullptr);
    } catch (...) {
      return "internal error";
    }
  }
};

template <auto function>
inline constexpr auto* setter = &WalledSetter<function>::call;

}  // namespace cutover
