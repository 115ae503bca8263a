// SPDX-License-Identifier: Apache-2.0
// All that a part of the benchmark measured: one value for each way, load, metric and round.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/statistics.h"

namespace cutover::bench {

// What was compared under: `setting` in words, `x` where it is a number that grows (connections,
// held requests, sites); empty and 0 where a part has but one load.
struct Load {
  std::string setting;
  double x = 0;

  friend bool operator==(const Load&, const Load&) = default;
};

struct Sample {
  Load load;
  std::string way;  // who was measured: "module", "haproxy"
  std::string metric;
  unsigned round = 0;
  double value = 0;
};

class Samples {
 public:
  void add(const Load& load, const std::string& way, const std::string& metric, unsigned round,
           double value);
  const std::vector<Sample>& all() const { return all_; }

  // In the order in which they were first added.
  std::vector<std::string> ways() const;
  std::vector<Load> loads() const;

  // In the order of the rounds.
  std::vector<double> values(const Load& load, const std::string& way,
                             const std::string& metric) const;
  bool has(const Load& load, const std::string& way, const std::string& metric) const;
  Spread spread(const Load& load, const std::string& way, const std::string& metric) const;
  // Ours over theirs, each round by itself: what slows a machine down for a while slows both.
  // Throws where the two were not measured in the same rounds.
  std::vector<double> ratios(const Load& load, const std::string& ours, const std::string& theirs,
                             const std::string& metric) const;

 private:
  std::vector<Sample> all_;
};

}  // namespace cutover::bench
