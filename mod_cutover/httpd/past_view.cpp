// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/past_view.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "mod_cutover/httpd/status_view.h"
#include "mod_cutover/state/paths.h"
#include "mod_cutover/wire/client.h"
#include "mod_cutover/wire/history_json.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr auto kPatience = 300ms;

json told_by_coordinator(const Global& global, const json& request) {
  const Reply reply = ask(socket_path(global.state_dir), request, kPatience);
  if (reply.kind != Reply::Kind::kDone || !reply.done.contains("result")) return nullptr;
  return reply.done["result"];
}

std::string dump(const json& value) {
  return value.dump(-1, ' ', true, json::error_handler_t::replace) + "\n";
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

std::string render_history(const Global& global, std::int64_t since_ms) {
  json sites = json::object();
  for (const auto& [name, samples] : view_histories(global, since_ms))
    sites[name] = to_json(samples);
  return dump({{"now", wall_ms()}, {"sites", sites}});
}

std::string render_trail(const Global& global) {
  return dump({{"now", wall_ms()}, {"events", to_json(view_trail(global))}});
}

}  // namespace cutover
