// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/wire/history_json.h"

#include <cmath>

#include "mod_cutover/wire/exact_values.h"

namespace cutover {
namespace {

using nlohmann::json;

// Nobody sees more of it, and it is sent every second.
double tenths(double value) { return std::round(value * 10) / 10; }

}  // namespace

json to_json(const std::vector<HistorySample>& samples) {
  json columns = {{"at", json::array()},  {"lag_ms", json::array()}, {"old", json::array()},
                  {"new", json::array()}, {"held", json::array()},   {"in_flight", json::array()}};
  for (const HistorySample& s : samples) {
    columns["at"].push_back(s.at_ms);
    columns["lag_ms"].push_back(s.lag_ms ? json(tenths(*s.lag_ms)) : json(nullptr));
    columns["old"].push_back(tenths(s.old_per_second));
    columns["new"].push_back(tenths(s.new_per_second));
    columns["held"].push_back(s.held);
    columns["in_flight"].push_back(s.in_flight);
  }
  return columns;
}

std::vector<HistorySample> history_from(const json& columns) {
  const std::size_t count = list(columns.at("at")).size();
  for (const char* key : {"lag_ms", "old", "new", "held", "in_flight"})
    if (list(columns.at(key)).size() != count) throw WrongValue("columns of different lengths");
  std::vector<HistorySample> samples(count);
  for (std::size_t i = 0; i < count; ++i) {
    HistorySample& s = samples[i];
    s.at_ms = whole<std::int64_t>(columns["at"][i]);
    if (const json& lag = columns["lag_ms"][i]; !lag.is_null()) s.lag_ms = lag.get<double>();
    s.old_per_second = columns["old"][i].get<double>();
    s.new_per_second = columns["new"][i].get<double>();
    s.held = whole<std::int64_t>(columns["held"][i]);
    s.in_flight = whole<std::int64_t>(columns["in_flight"][i]);
  }
  return samples;
}

}  // namespace cutover
