// SPDX-License-Identifier: Apache-2.0
// One burst of load by wrk, and what came of it.
#pragma once

#include <string>
#include <vector>

namespace cutover::bench {

struct Load {
  unsigned connections = 32;
  unsigned seconds = 2;
};

// Requests a second. Throws when wrk reports an error or an answer that is not 2xx.
double requests_per_second(const std::string& url, const Load& load);

double median(std::vector<double> values);

// One comparison: `ours` over `theirs`, run in pairs, in turn, so that both see the same machine.
struct Comparison {
  std::string what;
  std::vector<double> ours;
  std::vector<double> theirs;
  std::vector<double> ratios;

  double ratio() const { return median(ratios); }
};

Comparison compare(const std::string& what, const std::string& our_url,
                   const std::string& their_url, unsigned pairs, const Load& load);
void print(const Comparison& comparison);

}  // namespace cutover::bench
