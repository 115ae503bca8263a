// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/throughput/steady.h"

#include "tests/bench/throughput/contest.h"

namespace cutover::bench {
namespace {

constexpr Size kSize{32};
const Load kLoad{"", kSize.connections};

}  // namespace

Outcome steady_part(const Options& options) {
  Outcome outcome;
  const Server absent = without_module(kSize);
  const std::vector<Contender> contenders = {{"site on old", with_site(kSize)},
                                             {"module absent", absent},
                                             {"module loaded", with_module(kSize)},
                                             {"nginx in front", nginx(kSize, absent.port)},
                                             {"haproxy in front", haproxy(kSize, absent.port)}};
  contest(outcome.samples, kLoad, contenders, kSize.connections, options);
  outcome.tables.push_back(
      rates(outcome.samples, "Served by old: requests/s, medians", "connections"));
  outcome.tables.push_back(ratios(outcome.samples, "site on old",
                                  "Requests/s with a site on old over those with", "connections"));
  outcome.panels.push_back(
      bars(outcome.samples, kLoad, "per_second", "Served by old, 32 connections", "requests/s"));
  outcome.last["steady"] = number(
      median(outcome.samples.ratios(kLoad, "site on old", "module absent", "per_second")), 3);
  return outcome;
}

}  // namespace cutover::bench
