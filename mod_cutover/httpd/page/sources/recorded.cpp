// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/sources/recorded.h"

#include "mod_cutover/httpd/page/sources/status.h"
#include "mod_cutover/state/paths.h"
#include "mod_cutover/wire/client.h"
#include "mod_cutover/wire/history_json.h"
#include "mod_cutover/wire/json.h"

namespace cutover {
namespace {

using nlohmann::json;

json told_by_coordinator(const Global& global, const json& request) {
  const Reply reply = ask(socket_path(global.state_dir), request, kPatience);
  if (reply.kind != Reply::Kind::kDone || !reply.done.contains("result")) return nullptr;
  return reply.done["result"];
}

}  // namespace

std::map<std::string, std::vector<HistorySample>> view_histories(const Global& global,
                                                                 std::int64_t since_ms) {
  std::map<std::string, std::vector<HistorySample>> histories;
  for (const auto& [name, site] : global.sites) {
    const json told =
        told_by_coordinator(global, {{"verb", "history"}, {"site", name}, {"since", since_ms}});
    if (told.is_null()) continue;
    try {
      histories[name] = history_from(told);
    } catch (const json::exception&) {  // another version's, for a moment in an upgrade
    }
  }
  return histories;
}

std::vector<TrailLine> view_trail(const Global& global) {
  const json told = told_by_coordinator(global, {{"verb", "events"}});
  return told.is_object() ? trail_of(told.value("events", json())) : std::vector<TrailLine>{};
}

}  // namespace cutover
