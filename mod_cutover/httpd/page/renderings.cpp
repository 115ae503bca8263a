// SPDX-License-Identifier: Apache-2.0
// The same figures under the same names, from one table.
#include "mod_cutover/httpd/page/renderings.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <cmath>
#include <sstream>

#include "mod_cutover/wire/history_json.h"
#include "mod_cutover/wire/json.h"
#include "mod_cutover/wire/snapshot_json.h"

namespace cutover {
namespace {

prometheus::MetricFamily family_of(const Figure& figure, const std::vector<Snapshot>& sites) {
  prometheus::MetricFamily family;
  family.name = std::string("cutover_") + figure.metric;
  family.help = figure.help;
  family.type = figure.counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
  for (const Snapshot& site : sites) {
    prometheus::ClientMetric metric;
    metric.label = {{"site", site.site}};
    (figure.counter ? metric.counter.value : metric.gauge.value) =
        figure.get(site) / figure.in_one_unit;
    family.metric.push_back(metric);
  }
  return family;
}

prometheus::MetricFamily coordinator_family(bool up) {
  prometheus::ClientMetric metric;
  metric.gauge.value = up ? 1 : 0;
  return {"cutover_coordinator_up",
          "1 when the coordinator answers",
          prometheus::MetricType::Gauge,
          {metric}};
}

std::string exact(double value) {
  if (std::isnan(value)) return "unknown";
  std::ostringstream text;
  text.precision(15);
  text << value;
  return text.str();
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
  std::vector<prometheus::MetricFamily> families = {
      coordinator_family(view.coordinator_pid.has_value())};
  for (const Figure& figure : figures()) families.push_back(family_of(figure, view.sites));
  return prometheus::TextSerializer().Serialize(families);
}

std::string render_auto(const StatusView& view) {
  std::string text;
  for (const Snapshot& site : view.sites) {
    const std::string prefix = "Cutover." + site.site + ".";
    text += prefix + "side: " + site.side + "\n" + prefix + "phase: " + site.phase + "\n";
    for (const Figure& figure : figures())
      text += prefix + figure.key + ": " + exact(figure.get(site)) + "\n";
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
