// SPDX-License-Identifier: Apache-2.0
// Least squares.
#include "tests/soak/trend.h"

#include <cmath>
#include <numeric>

namespace cutover::soak {
namespace {

constexpr std::size_t kFewestRounds = 4;

std::vector<double> rounds_after_warm_up(const std::vector<double>& values) {
  std::vector<double> rounds;
  for (std::size_t i = values.size() / 3; i + 1 < values.size(); i += 2)
    rounds.push_back((values[i] + values[i + 1]) / 2);
  return rounds;
}

}  // namespace

Trend trend_of(const std::vector<double>& values) {
  Trend trend;
  if (values.empty()) return trend;
  trend.first = values.front();
  trend.last = values.back();
  const std::vector<double> y = rounds_after_warm_up(values);
  if (y.size() < kFewestRounds) return trend;
  const auto n = static_cast<double>(y.size());
  const double mean = std::accumulate(y.begin(), y.end(), 0.0) / n;
  const double middle = (n - 1) / 2;
  double xx = 0;
  double xy = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double x = static_cast<double>(i) - middle;
    xx += x * x;
    xy += x * (y[i] - mean);
  }
  const double slope = xy / xx;
  double residue = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double off = y[i] - mean - slope * (static_cast<double>(i) - middle);
    residue += off * off;
  }
  trend.per_move = slope / 2;
  trend.error = std::sqrt(residue / (n - 2) / xx) / 2;
  trend.growth = slope * (n - 1);
  trend.known = true;
  return trend;
}

}  // namespace cutover::soak
