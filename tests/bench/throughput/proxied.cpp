// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/throughput/proxied.h"

#include <optional>

#include "tests/bench/throughput/contest.h"
#include "tests/bench/throughput/delayed_server.h"

namespace cutover::bench {
namespace {

constexpr unsigned kConnections[] = {32, 200, 1000, 2000};
constexpr const char* kNear = "trivial";
constexpr const char* kFar = "50 ms";

struct Front {
  const char* name;
  Server (*start)(const Size& size, std::uint16_t backend);
};
constexpr Front kFronts[] = {{"module", switched},
                             {"ProxyPass", proxy_pass},
                             {"RewriteRule [P]", rewrite_rule},
                             {"nginx", nginx},
                             {"haproxy", haproxy}};

void measure(Samples& samples, const char* backend, unsigned connections, const Options& options) {
  const Size size{connections};
  Server near;
  std::optional<DelayedServer> far;
  if (backend == kNear)
    near = without_module(size);
  else
    far.emplace(std::chrono::milliseconds(50));
  std::vector<Contender> contenders;
  for (const Front& front : kFronts)
    contenders.push_back({front.name, front.start(size, far ? far->port() : near.port)});
  contest(samples, {backend, static_cast<double>(connections)}, contenders, connections, options);
}

}  // namespace

Outcome proxied_part(const Options& options) {
  Outcome outcome;
  for (const char* backend : {kNear, kFar})
    for (const unsigned connections : kConnections)
      measure(outcome.samples, backend, connections, options);
  outcome.tables.push_back(
      rates(outcome.samples, "Passed on to new: requests/s, medians", "backend, connections"));
  outcome.tables.push_back(ratios(outcome.samples, "module",
                                  "The module's requests/s over those of", "backend, connections"));
  for (const char* backend : {kNear, kFar})
    outcome.panels.push_back(lines(outcome.samples, backend, "per_second",
                                   std::string("Passed on, backend: ") + backend, "connections",
                                   "requests/s"));
  outcome.last["proxied"] = number(
      median(outcome.samples.ratios({kNear, kConnections[0]}, "module", "ProxyPass", "per_second")),
      3);
  return outcome;
}

}  // namespace cutover::bench
