// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/sources/status.h"

#include <algorithm>
#include <chrono>

#include "mod_cutover/httpd/worker/runtime.h"
#include "mod_cutover/state/paths.h"
#include "mod_cutover/state/shared_memory.h"
#include "mod_cutover/wire/client.h"
#include "mod_cutover/wire/snapshot_json.h"
#include "shared/memory/silence.h"

namespace cutover {
namespace {

void ask_coordinator(StatusView& view, const std::string& state_dir) {
  const Reply reply = ask(socket_path(state_dir), {{"verb", "status"}}, kPatience);
  view.error = reply.error;
  if (reply.kind != Reply::Kind::kDone) return;
  try {
    const nlohmann::json& result = reply.done.at("result");
    std::vector<Snapshot> sites;
    for (const nlohmann::json& site : result.at("sites")) sites.push_back(snapshot_from(site));
    view.coordinator_pid = result.at("pid").get<std::int64_t>();
    view.sites = std::move(sites);
  } catch (const nlohmann::json::exception& e) {
    view.error = std::string("the coordinator's answer cannot be read: ") + e.what();
  }
}

Snapshot remembered(const Global& global, const Site& site, const std::string& error) {
  const Runtime& runtime = *global.runtime;
  Snapshot snapshot = from_memory(control_of(runtime, site), sum(runtime.counters, site.index));
  snapshot.databases = site.settings.has_databases();
  if (!error.empty()) snapshot.gate.reasons.push_back(error);
  return snapshot;
}

}  // namespace

std::int64_t wall_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

StatusView view_status(const Global& global) {
  StatusView view;
  if (global.runtime == nullptr) {
    view.error = global.sites.empty() ? "no site is configured" : "there is no shared memory";
    return view;
  }
  ask_coordinator(view, global.state_dir);
  if (!view.coordinator_pid)
    if (const std::string why = frozen(*global.runtime->control, monotonic_ns()); !why.empty())
      view.error = "the coordinator is frozen (" + why + "): httpd ends it and starts another one";
  for (const auto& [name, site] : global.sites) {
    const bool told = std::any_of(view.sites.begin(), view.sites.end(),
                                  [&name = name](const Snapshot& s) { return s.site == name; });
    if (!told) view.sites.push_back(remembered(global, *site, view.error));
  }
  return view;
}

}  // namespace cutover
