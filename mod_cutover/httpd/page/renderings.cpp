// SPDX-License-Identifier: Apache-2.0
// The same figures under the same names, from one table.
#include "mod_cutover/httpd/page/renderings.h"

#include "mod_cutover/httpd/page/exposition.h"
#include "mod_cutover/wire/history_json.h"
#include "mod_cutover/wire/json.h"
#include "mod_cutover/wire/snapshot_json.h"

namespace cutover {
namespace {

MetricFamily family_of(const Figure& figure, const std::vector<Snapshot>& sites) {
  MetricFamily family{std::string("cutover_") + figure.metric, figure.help, figure.counter, {}};
  for (const Snapshot& site : sites)
    family.samples.push_back({site.site, figure.get(site) / figure.in_one_unit});
  return family;
}

MetricFamily coordinator_family(bool up) {
  return {
      "cutover_coordinator_up", "1 when the coordinator answers", false, {{"", up ? 1.0 : 0.0}}};
}

std::string dump(const nlohmann::json& value) {
  return value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string render_json(const StatusView& view) {
  nlohmann::json sites = nlohmann::json::array();
  for (const Snapshot& site : view.sites) sites.push_back(to_json(site));
  nlohmann::json json = {
      {"version", CUTOVER_VERSION}, {"now", wall_ms()}, {"pid", nullptr}, {"sites", sites}};
  if (view.coordinator_pid) json["pid"] = *view.coordinator_pid;
  if (!view.coordinator_pid) json["error"] = view.error;
  return json.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string render_metrics(const StatusView& view) {
  std::vector<MetricFamily> families = {coordinator_family(view.coordinator_pid.has_value())};
  for (const Figure& figure : figures()) families.push_back(family_of(figure, view.sites));
  return exposition(families);
}

std::string render_auto(const StatusView& view) {
  std::string text;
  for (const Snapshot& site : view.sites) {
    const std::string prefix = "Cutover." + site.site + ".";
    text += prefix + "side: " + site.side + "\n" + prefix + "phase: " + site.phase + "\n";
    for (const Figure& figure : figures())
      text += prefix + figure.key + ": " + decimal(figure.get(site), "unknown") + "\n";
  }
  return text;
}

std::string render_history(const std::map<std::string, std::vector<HistorySample>>& histories) {
  nlohmann::json sites = nlohmann::json::object();
  for (const auto& [name, samples] : histories) sites[name] = to_json(samples);
  return dump({{"now", wall_ms()}, {"sites", sites}});
}

std::string render_trail(const std::vector<TrailLine>& trail) {
  return dump({{"now", wall_ms()}, {"events", to_json(trail)}});
}

}  // namespace cutover
