// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/throughput/settings.h"

#include "tests/bench/throughput/contest.h"

namespace cutover::bench {
namespace {

constexpr unsigned kConnections[] = {32, 200};
constexpr const char* kAsItIs = "as it is";

std::vector<Contender> contenders(const Size& size, std::uint16_t backend) {
  std::vector<Contender> all;
  all.push_back({kAsItIs, [=] { return switched(size, backend); }});
  for (const char* keys : {"disablereuse=On", "max=8"})
    all.push_back({keys, [=] { return switched(size, backend, keys); }});
  all.push_back({"h2c", [=] { return switched_by_h2c(size, backend); }});
  return all;
}

}  // namespace

Outcome settings_part(const Options& options) {
  Outcome outcome;
  for (const unsigned connections : kConnections) {
    const Server host = new_host({connections});
    contest(outcome.samples, {"httpd", static_cast<double>(connections)},
            contenders({connections}, host.port), connections, options);
  }
  outcome.tables.push_back(
      rates(outcome.samples, "By settings of CutoverNewHost: requests/s, medians", "connections"));
  outcome.tables.push_back(
      ratios(outcome.samples, kAsItIs, "As it is over that setting", "connections"));
  return outcome;
}

}  // namespace cutover::bench
