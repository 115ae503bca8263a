// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/wrk.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include "tests/harness/process.h"

namespace cutover::bench {

double requests_per_second(const std::string& url, const Load& load) {
  const harness::Finished wrk = harness::run({"wrk", "-t1", "-c" + std::to_string(load.connections),
                                              "-d" + std::to_string(load.seconds) + "s", url});
  const auto at = wrk.output.find("Requests/sec:");
  const bool bad = wrk.output.find("Non-2xx") != std::string::npos ||
                   wrk.output.find("Socket errors") != std::string::npos;
  if (wrk.exit_code != 0 || at == std::string::npos || bad)
    throw std::runtime_error("wrk " + url + ":\n" + wrk.output);
  return std::stod(wrk.output.substr(at + 13));
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

Comparison compare(const std::string& what, const std::string& our_url,
                   const std::string& their_url, unsigned pairs, const Load& load) {
  Comparison c{what, {}, {}, {}};
  requests_per_second(our_url, load);  // warm-up, not counted
  requests_per_second(their_url, load);
  for (unsigned i = 0; i < pairs; ++i) {
    // Who goes first changes with every pair: a machine that slows down favours neither.
    const bool ours_first = i % 2 == 0;
    const double first = requests_per_second(ours_first ? our_url : their_url, load);
    const double second = requests_per_second(ours_first ? their_url : our_url, load);
    c.ours.push_back(ours_first ? first : second);
    c.theirs.push_back(ours_first ? second : first);
    c.ratios.push_back(c.ours.back() / c.theirs.back());
    std::printf("  %s, pair %u of %u: %.0f / %.0f = %.3f\n", what.c_str(), i + 1, pairs,
                c.ours.back(), c.theirs.back(), c.ratios.back());
    std::fflush(stdout);
  }
  return c;
}

void print(const Comparison& c) {
  const auto [low, high] = std::minmax_element(c.ratios.begin(), c.ratios.end());
  std::printf("%-44s %8.0f %8.0f   %.3f  (%.3f to %.3f)\n", c.what.c_str(), median(c.ours),
              median(c.theirs), c.ratio(), *low, *high);
}

}  // namespace cutover::bench
