// SPDX-License-Identifier: Apache-2.0
// Several servers under the same load, burst by burst in turn, and the tables of it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/bench/part.h"
#include "tests/bench/throughput/servers.h"

namespace cutover::bench {

struct Contender {
  std::string name;
  std::function<Server()> start;
};

// New servers in each round: what one of them is lucky with, a port or a place in memory, is one
// round's. All are up, and each was asked and warmed up, before the round's first burst that
// counts.
void contest(Samples& samples, const Load& load, const std::vector<Contender>& contenders,
             unsigned connections, const Options& options);

// A row for each load, a column for each way.
Table rates(const Samples& samples, const std::string& title, const std::string& load_name);
// `ours` over each of the others.
Table ratios(const Samples& samples, const std::string& ours, const std::string& title,
             const std::string& load_name);

}  // namespace cutover::bench
