// SPDX-License-Identifier: Apache-2.0
// One process of httpd (-X) serves so many requests on one connection, and again many more. What
// the second run has executed more, divided by what it served more, is a request: start and end of
// httpd fall out.
#include "tests/bench/instructions/instructions.h"

#include <span>
#include <string>
#include <vector>

#include "tests/bench/instructions/callgrind.h"
#include "tests/bench/throughput/servers.h"
#include "tests/bench/turns.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/ports.h"

namespace cutover::bench {
namespace {

constexpr unsigned kFew = 200;
constexpr unsigned kMany = 1200;
constexpr double kMostAtRest = 2700;    // more than without the module
constexpr double kMostPassedOn = 3300;  // more than by ProxyPass
const Load kLoad{"a file of 1 KB", 0};

struct Way {
  const char* name;
  bool module;
  const char* site;   // what its section says besides the new host; none: no site
  const char* vhost;  // "%" stands for the new host
};
constexpr Way kAtRest[] = {{"absent", false, nullptr, ""},
                           {"loaded", true, nullptr, ""},
                           {"active", true, "", "Cutover shop"}};
constexpr Way kPassedOn[] = {{"ProxyPass", false, nullptr, "ProxyPass / %/ ttl=4"},
                             {"routed", true, "CutoverServe new", "Cutover shop"}};

std::string filled(std::string text, const std::string& new_host) {
  const auto at = text.find('%');
  return at == std::string::npos ? text : text.replace(at, 1, new_host);
}

harness::HttpdConf conf_of(const Way& way, std::uint16_t port, const std::string& new_host) {
  harness::HttpdConf conf;
  conf.load({"proxy", "proxy_http"}).log_level("warn").log_format("").workers(1, 4);
  if (way.module) conf.load_file("cutover_module", harness::product("mod_cutover.so"));
  if (way.site)
    conf.add("CutoverStateDir state\n<CutoverSite shop>\nCutoverNewHost " + new_host + "\n" +
             way.site + "\n</CutoverSite>");
  conf.vhost(port, filled(way.vhost, new_host));
  return conf;
}

double instructions_of(const Way& way, unsigned requests, const std::string& new_host) {
  const std::uint16_t port = harness::free_port();
  Callgrind httpd(conf_of(way, port, new_host), port);
  return httpd.instructions_for(requests);
}

// The first of the ways is what the others are compared with.
Table table_of(const Samples& samples, const std::string& title, std::span<const Way> ways) {
  Table table;
  table.title = title;
  table.header = {"httpd", "instructions", std::string("more than ") + ways[0].name};
  for (const Way& way : ways) {
    std::vector<double> more = samples.values(kLoad, way.name, "instructions");
    const std::vector<double> first = samples.values(kLoad, ways[0].name, "instructions");
    for (std::size_t i = 0; i < more.size(); ++i) more[i] -= first[i];
    table.rows.push_back({way.name, number(samples.spread(kLoad, way.name, "instructions"), 0),
                          number(spread_of(more), 0)});
  }
  return table;
}

void count(Samples& samples, const Options& options, std::span<const Way> ways,
           const std::string& new_host) {
  in_turn(options.rounds, ways.size(), [&](unsigned round, std::size_t i) {
    const Way& way = ways[i];
    const double each =
        (instructions_of(way, kMany, new_host) - instructions_of(way, kFew, new_host)) /
        (kMany - kFew);
    samples.add(kLoad, way.name, "instructions", round, each);
    say("round " + std::to_string(round + 1) + ", " + way.name + ": " + number(each, 0) +
        " instructions a request");
  });
}

}  // namespace

Outcome instructions_part(const Options& options) {
  Outcome outcome;
  const Server host = without_module({1});
  const std::string new_host = "http://127.0.0.1:" + std::to_string(host.port);
  count(outcome.samples, options, kAtRest, new_host);
  count(outcome.samples, options, kPassedOn, new_host);
  outcome.tables.push_back(table_of(
      outcome.samples, "Instructions of a request (a file of 1 KB), by callgrind", kAtRest));
  outcome.tables.push_back(table_of(
      outcome.samples, "Instructions of a request that is passed on, by callgrind", kPassedOn));
  const auto median_of = [&](const char* way) {
    return outcome.samples.spread(kLoad, way, "instructions").median;
  };
  const auto bounded = [&](const char* way, const char* first, double most) {
    const double more = median_of(way) - median_of(first);
    if (more > most)
      outcome.broken.push_back(std::string(way) + ": " + number(more, 0) +
                               " instructions more for a request than " + first);
  };
  bounded("active", "absent", kMostAtRest);
  bounded("routed", "ProxyPass", kMostPassedOn);
  return outcome;
}

}  // namespace cutover::bench
