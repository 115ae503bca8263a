// SPDX-License-Identifier: Apache-2.0
// Prometheus' text format: a family of samples, one a site.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cutover {

struct MetricSample {
  std::string site;  // empty: the sample has no label
  double value = 0;
};

struct MetricFamily {
  std::string name;
  std::string help;
  bool counter = false;  // else a gauge
  std::vector<MetricSample> samples;
};

// A family without samples is not there at all.
std::string exposition(const std::vector<MetricFamily>& families);

// As far as a double is exact; whatever the process' locale is. NaN is written as `unknown` says.
std::string decimal(double value, std::string_view unknown);

}  // namespace cutover
