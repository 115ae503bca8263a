// SPDX-License-Identifier: Apache-2.0
// The few figures that a benchmark says about many: median, spread, quantile, power law.
#pragma once

#include <utility>
#include <vector>

namespace cutover::bench {

// All throw std::invalid_argument where there is nothing to say something about.
double median(std::vector<double> values);

// The smallest value that at least this share of them do not exceed (the nearest rank).
double quantile(std::vector<double> values, double share);

struct Spread {
  double median = 0;
  double low = 0;
  double high = 0;
};

Spread spread_of(const std::vector<double>& values);

// y = factor * x ^ exponent, by least squares in logarithms. Throws for fewer than two different x
// and for what has no logarithm.
struct PowerLaw {
  double factor = 0;
  double exponent = 0;
};

PowerLaw power_law(const std::vector<std::pair<double, double>>& points);

}  // namespace cutover::bench
