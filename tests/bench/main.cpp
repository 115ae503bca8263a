// SPDX-License-Identifier: Apache-2.0
// What the module costs on all the other days, and after the switch: requests a second beside a
// rival in the same run. Ratios only; the machine's own speed is nobody's figure.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "tests/bench/servers.h"
#include "tests/bench/wrk.h"

int main(int argc, char** argv) {
  using namespace cutover::bench;
  CLI::App app{"Benchmarks of mod_cutover"};
  unsigned pairs = 9;
  Load load;
  app.add_option("--pairs", pairs, "runs of each comparison")->capture_default_str();
  app.add_option("--seconds", load.seconds, "length of one run")->capture_default_str();
  app.add_option("--connections", load.connections, "keep-alive clients")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  const Server without = plain();
  const Server with = gated();
  const Comparison steady = compare("old serves", with.url, without.url, pairs, load);

  const Server rival = pooled(without.url);
  const Server ours = switched(without.url);
  const Comparison proxied = compare("new serves", ours.url, rival.url, pairs, load);

  std::printf("\n%-44s %8s %8s   ratio (spread)\n", "requests/s, medians", "ours", "rival");
  print(steady);
  print(proxied);
  std::printf("bench: steady=%.3f proxied=%.3f\n", steady.ratio(), proxied.ratio());
  return 0;
}
