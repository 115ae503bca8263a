// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/new_host/keep_alive.h"

#include <string>

namespace cutover {

std::optional<Check> idle_connections(std::optional<std::int64_t> keeps_s,
                                      std::optional<Millis> reuse) {
  if (!keeps_s) return std::nullopt;
  const std::string closes =
      "the new host closes a connection that was idle for " + std::to_string(*keeps_s) + " s; ";
  if (reuse && reuse->count() == 0)
    return Check{"keep-alive", CheckVerdict::kPass, closes + "mod_proxy uses none again", ""};
  const std::int64_t ttl = reuse ? reuse->count() / 1000 : 0;
  const std::string seen =
      closes + (reuse ? "mod_proxy uses one again within " + std::to_string(ttl) + " s (ttl)"
                      : "mod_proxy uses one again for ever (no ttl)");
  if (reuse && *keeps_s > ttl) return Check{"keep-alive", CheckVerdict::kPass, seen, ""};
  const std::string here = *keeps_s > 1 ? "ttl=" + std::to_string(*keeps_s - 1) : "disablereuse=On";
  const std::string there =
      reuse ? "KeepAliveTimeout " + std::to_string(ttl + 1) + " on the new host, or " : "";
  return Check{"keep-alive", CheckVerdict::kWarn, seen + ": now and then a form gets 502",
               there + here + " in CutoverNewHost, or in the ProxySet or ProxyPass that says " +
                   "another one for that host"};
}

}  // namespace cutover
