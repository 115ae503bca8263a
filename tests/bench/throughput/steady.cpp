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
  std::uint16_t behind =
      0;  // the absent one of the round, which starts before those in front of it
  const std::vector<Contender> contenders = {{"active", [] { return with_site(kSize); }},
                                             {"absent",
                                              [&] {
                                                Server absent = without_module(kSize);
                                                behind = absent.port;
                                                return absent;
                                              }},
                                             {"loaded", [] { return with_module(kSize); }},
                                             {"nginx", [&] { return nginx(kSize, behind); }},
                                             {"haproxy", [&] { return haproxy(kSize, behind); }}};
  contest(outcome.samples, kLoad, contenders, kSize.connections, options);
  outcome.tables.push_back(
      rates(outcome.samples, "Served by old: requests/s, medians", "connections"));
  outcome.tables.push_back(
      ratios(outcome.samples, "active", "Requests/s of active over those of", "connections"));
  outcome.tables.back().note =
      "Absent: httpd without the module; loaded: with it, and no site; active: with a site,\n"
      "served by old. nginx and HAProxy: in front of the absent one.";
  outcome.panels.push_back(
      bars(outcome.samples, kLoad, "per_second", "Served by old, 32 connections", "requests/s"));
  outcome.last["steady"] =
      number(median(outcome.samples.ratios(kLoad, "active", "absent", "per_second")), 3);
  return outcome;
}

}  // namespace cutover::bench
