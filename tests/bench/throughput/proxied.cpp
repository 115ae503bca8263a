// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/throughput/proxied.h"

#include <chrono>

#include "tests/bench/throughput/contest.h"
#include "tests/bench/throughput/delayed_server.h"

namespace cutover::bench {
namespace {

constexpr unsigned kConnections[] = {32, 200, 1000, 2000};
struct Backend {
  const char* name;
  std::chrono::milliseconds delay;
};
constexpr Backend kBackends[] = {{"near", std::chrono::milliseconds(0)},
                                 {"50 ms away", std::chrono::milliseconds(50)}};

struct Front {
  const char* name;
  Server (*start)(const Size& size, std::uint16_t backend);
};
constexpr Front kFronts[] = {{"module", switched},
                             {"ProxyPass", proxy_pass},
                             {"RewriteRule [P]", rewrite_rule},
                             {"nginx", nginx},
                             {"haproxy", haproxy}};

void measure(Samples& samples, const Backend& backend, unsigned connections,
             const Options& options) {
  const DelayedServer host(backend.delay);
  std::vector<Contender> contenders;
  for (const Front& front : kFronts)
    contenders.push_back({front.name, [&] { return front.start({connections}, host.port()); }});
  contest(samples, {backend.name, static_cast<double>(connections)}, contenders, connections,
          options);
}

}  // namespace

Outcome proxied_part(const Options& options) {
  Outcome outcome;
  for (const Backend& backend : kBackends)
    for (const unsigned connections : kConnections)
      measure(outcome.samples, backend, connections, options);
  outcome.tables.push_back(
      rates(outcome.samples, "Passed on to new: requests/s, medians", "new host, connections"));
  outcome.tables.push_back(ratios(
      outcome.samples, "module", "The module's requests/s over those of", "new host, connections"));
  for (const Backend& backend : kBackends)
    outcome.panels.push_back(lines(outcome.samples, backend.name, "per_second",
                                   std::string("Passed on to a host that is ") + backend.name,
                                   "connections", "requests/s"));
  outcome.last["proxied"] =
      number(median(outcome.samples.ratios({kBackends[0].name, kConnections[0]}, "module",
                                           "ProxyPass", "per_second")),
             3);
  return outcome;
}

}  // namespace cutover::bench
