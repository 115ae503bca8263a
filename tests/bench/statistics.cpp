// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/statistics.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace cutover::bench {
namespace {

void require_some(const std::vector<double>& values) {
  if (values.empty()) throw std::invalid_argument("statistics of no values");
}

}  // namespace

double median(std::vector<double> values) {
  require_some(values);
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double quantile(std::vector<double> values, double share) {
  require_some(values);
  if (!(share > 0 && share <= 1)) throw std::invalid_argument("a share is above 0 and at most 1");
  std::sort(values.begin(), values.end());
  const double rank = std::ceil(share * static_cast<double>(values.size()));
  return values[static_cast<std::size_t>(rank) - 1];
}

Spread spread_of(const std::vector<double>& values) {
  require_some(values);
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return {median(values), *low, *high};
}

PowerLaw power_law(const std::vector<std::pair<double, double>>& points) {
  const auto n = static_cast<double>(points.size());
  double mean_x = 0;
  double mean_y = 0;
  for (const auto& [x, y] : points) {
    if (!(x > 0 && y > 0)) throw std::invalid_argument("a power law needs what is above 0");
    mean_x += std::log(x) / n;
    mean_y += std::log(y) / n;
  }
  double xx = 0;
  double xy = 0;
  for (const auto& [x, y] : points) {
    xx += (std::log(x) - mean_x) * (std::log(x) - mean_x);
    xy += (std::log(x) - mean_x) * (std::log(y) - mean_y);
  }
  if (!(xx > 1e-12)) throw std::invalid_argument("a power law needs two different x");
  const double exponent = xy / xx;
  return {std::exp(mean_y - exponent * mean_x), exponent};
}

}  // namespace cutover::bench
