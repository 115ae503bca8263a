// SPDX-License-Identifier: Apache-2.0
// One process of httpd (-X) serves so many requests on one connection, and again many more. What
// the second run has executed more, divided by what it served more, is a request: start and end of
// httpd fall out.
#include "tests/bench/instructions/instructions.h"

#include <sstream>
#include <stdexcept>

#include "tests/bench/instructions/callgrind.h"
#include "tests/bench/throughput/servers.h"
#include "tests/bench/turns.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/ports.h"

namespace cutover::bench {
namespace {

constexpr unsigned kFew = 200;
constexpr unsigned kMany = 1200;
constexpr double kMostOfTheModule = 1500;
const Load kLoad{"a file of 1 KB", 0};

struct Way {
  const char* name;
  bool module;
  bool site;
};
constexpr Way kWays[] = {{"absent", false, false}, {"loaded", true, false}, {"active", true, true}};

harness::HttpdConf conf_of(const Way& way, std::uint16_t port) {
  harness::HttpdConf conf;
  conf.load({"proxy", "proxy_http"}).log_level("warn").log_format("").workers(1, 4);
  if (way.module) conf.load_file("cutover_module", harness::product("mod_cutover.so"));
  if (way.site)
    conf.add(
        "CutoverStateDir state\n<CutoverSite shop>\nCutoverNewHost http://127.0.0.1:9\n"
        "</CutoverSite>");
  conf.vhost(port, way.site ? "Cutover shop" : "");
  return conf;
}

double instructions_of(const Way& way, unsigned requests) {
  const std::uint16_t port = harness::free_port();
  Callgrind httpd(conf_of(way, port), port);
  return httpd.instructions_for(requests);
}

Table table_of(const Samples& samples) {
  Table table;
  table.title = "Instructions of a request (a file of 1 KB), by callgrind";
  table.header = {"httpd", "instructions", "more than without"};
  for (const Way& way : kWays) {
    std::vector<double> more = samples.values(kLoad, way.name, "instructions");
    const std::vector<double> without = samples.values(kLoad, kWays[0].name, "instructions");
    for (std::size_t i = 0; i < more.size(); ++i) more[i] -= without[i];
    table.rows.push_back({way.name, number(samples.spread(kLoad, way.name, "instructions"), 0),
                          number(spread_of(more), 0)});
  }
  return table;
}

}  // namespace

Outcome instructions_part(const Options& options) {
  Outcome outcome;
  in_turn(options.rounds, std::size(kWays), [&](unsigned round, std::size_t i) {
    const Way& way = kWays[i];
    const double each = (instructions_of(way, kMany) - instructions_of(way, kFew)) / (kMany - kFew);
    outcome.samples.add(kLoad, way.name, "instructions", round, each);
    say("round " + std::to_string(round + 1) + ", " + way.name + ": " + number(each, 0) +
        " instructions a request");
  });
  outcome.tables.push_back(table_of(outcome.samples));
  const auto median_of = [&](const Way& way) {
    return outcome.samples.spread(kLoad, way.name, "instructions").median;
  };
  const double more = median_of(kWays[2]) - median_of(kWays[0]);
  if (more > kMostOfTheModule)
    outcome.broken.push_back(number(more, 0) + " instructions more for a request than without");
  return outcome;
}

}  // namespace cutover::bench
