// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/scale/scale.h"

#include "tests/bench/scale/one_switch.h"
#include "tests/bench/turns.h"

namespace cutover::bench {
namespace {

struct Axis {
  const char* name;
  std::size_t Dimensions::*what;
  std::vector<std::size_t> at;
};

const std::vector<Axis>& axes() {
  static const std::vector<Axis> all = {
      {"threads of a child", &Dimensions::threads, {8, 16, 32, 64, 128}},
      {"children", &Dimensions::children, {1, 2, 4, 8, 16}},
      {"sites", &Dimensions::sites, {1, 4, 16, 32}},
      {"held requests", &Dimensions::held, {10, 100, 1000, 3000}},
  };
  return all;
}

struct Place {
  const Axis* axis;
  std::size_t x;
};

std::vector<Place> all_places() {
  std::vector<Place> places;
  for (const Axis& axis : axes())
    for (const std::size_t x : axis.at) places.push_back({&axis, x});
  return places;
}

// The power law through all values of all rounds.
PowerLaw law_of(const Samples& samples, const Axis& axis, const char* metric) {
  std::vector<std::pair<double, double>> points;
  for (const std::size_t x : axis.at)
    for (const double value : samples.values({"", static_cast<double>(x)}, axis.name, metric))
      points.emplace_back(static_cast<double>(x), value);
  return power_law(points);
}

Table table_of(const Samples& samples) {
  Table table;
  table.title = "How the cost of a switch grows";
  table.header = {
      "with",   "from",    "to", "pause from, ms", "to, ms", "exponent", "release from, ms",
      "to, ms", "exponent"};
  for (const Axis& axis : axes()) {
    const Load least{"", static_cast<double>(axis.at.front())};
    const Load most{"", static_cast<double>(axis.at.back())};
    table.rows.push_back({axis.name, number(least.x, 0), number(most.x, 0)});
    for (const char* metric : {"pause_ms", "release_ms"}) {
      table.rows.back().push_back(number(samples.spread(least, axis.name, metric).median, 1));
      table.rows.back().push_back(number(samples.spread(most, axis.name, metric).median, 1));
      table.rows.back().push_back(number(law_of(samples, axis, metric).exponent, 2));
    }
  }
  table.note =
      "Of 2 children with 16 threads, one site and 50 held requests one figure is changed at a\n"
      "time. Pause: from the end of the drain to the release; release: from the first held\n"
      "request through the gate to the last. Exponent: of a power law through all places and\n"
      "rounds; 0 does not grow, 1 grows in proportion.";
  return table;
}

}  // namespace

Outcome scale_part(const Options& options) {
  Outcome outcome;
  const std::vector<Place> places = all_places();
  in_turn(options.rounds, places.size(), [&](unsigned round, std::size_t i) {
    const Place& place = places[i];
    Dimensions dimensions;
    dimensions.*(place.axis->what) = place.x;
    const SwitchCost cost = switch_once(dimensions);
    const Load load{"", static_cast<double>(place.x)};
    outcome.samples.add(load, place.axis->name, "pause_ms", round, cost.pause_ms);
    outcome.samples.add(load, place.axis->name, "release_ms", round, cost.release_ms);
    say("round " + std::to_string(round + 1) + ", " + std::to_string(place.x) + " " +
        place.axis->name + ": pause " + number(cost.pause_ms, 1) + " ms, release " +
        number(cost.release_ms, 1) + " ms");
  });
  outcome.tables.push_back(table_of(outcome.samples));
  for (const char* metric : {"pause_ms", "release_ms"}) {
    Panel panel = lines(outcome.samples, "", metric,
                        std::string("A switch: ") + (metric[0] == 'p' ? "pause" : "release"),
                        "how many of it", "ms");
    panel.log_y = true;
    outcome.panels.push_back(panel);
  }
  return outcome;
}

}  // namespace cutover::bench
