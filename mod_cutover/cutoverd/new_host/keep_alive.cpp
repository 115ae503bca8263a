// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/new_host/keep_alive.h"

#include <string>

namespace cutover {

namespace {

// The module's own key (httpd/config/proxy_worker.cpp).
constexpr std::int64_t kTtl = 4;

}  // namespace

std::optional<Check> idle_connections(std::optional<std::int64_t> keeps_s) {
  if (!keeps_s) return std::nullopt;
  const std::string seen = "the new host closes a connection that was idle for " +
                           std::to_string(*keeps_s) + " s; mod_proxy uses one again within " +
                           std::to_string(kTtl) + " s (ttl)";
  if (*keeps_s > kTtl) return Check{"keep-alive", CheckVerdict::kPass, seen, ""};
  const std::string here = *keeps_s > 1 ? "ttl=" + std::to_string(*keeps_s - 1) : "disablereuse=On";
  return Check{"keep-alive", CheckVerdict::kWarn, seen + ": now and then a form gets 502",
               "KeepAliveTimeout " + std::to_string(kTtl + 1) + " on the new host, or " + here +
                   " in CutoverNewHost"};
}

}  // namespace cutover
