// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/samples.h"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace cutover::bench {
namespace {

template <class T>
void add_once(std::vector<T>& list, const T& value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
}

std::map<unsigned, double> by_round(const std::vector<Sample>& all, const Load& load,
                                    const std::string& way, const std::string& metric) {
  std::map<unsigned, double> found;
  for (const Sample& s : all)
    if (s.load == load && s.way == way && s.metric == metric) found[s.round] = s.value;
  return found;
}

}  // namespace

void Samples::add(const Load& load, const std::string& way, const std::string& metric,
                  unsigned round, double value) {
  all_.push_back({load, way, metric, round, value});
}

std::vector<std::string> Samples::ways() const {
  std::vector<std::string> found;
  for (const Sample& s : all_) add_once(found, s.way);
  return found;
}

std::vector<Load> Samples::loads() const {
  std::vector<Load> found;
  for (const Sample& s : all_) add_once(found, s.load);
  return found;
}

std::vector<double> Samples::values(const Load& load, const std::string& way,
                                    const std::string& metric) const {
  std::vector<double> found;
  for (const auto& [round, value] : by_round(all_, load, way, metric)) found.push_back(value);
  return found;
}

bool Samples::has(const Load& load, const std::string& way, const std::string& metric) const {
  return !values(load, way, metric).empty();
}

Spread Samples::spread(const Load& load, const std::string& way, const std::string& metric) const {
  return spread_of(values(load, way, metric));
}

std::vector<double> Samples::ratios(const Load& load, const std::string& ours,
                                    const std::string& theirs, const std::string& metric) const {
  const auto our_values = by_round(all_, load, ours, metric);
  const auto their_values = by_round(all_, load, theirs, metric);
  std::vector<double> found;
  for (const auto& [round, value] : our_values) {
    const auto other = their_values.find(round);
    if (other == their_values.end())
      throw std::invalid_argument("not measured in pairs: " + metric);
    found.push_back(value / other->second);
  }
  if (found.size() != their_values.size())
    throw std::invalid_argument("not measured in pairs: " + metric);
  return found;
}

}  // namespace cutover::bench
