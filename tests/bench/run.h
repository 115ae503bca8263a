// SPDX-License-Identifier: Apache-2.0
// Runs parts, and says what came of them: tables, a CSV, a plot, the last line.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/bench/part.h"

namespace cutover::bench {

// Those that are named ("steady,held"), or all. Throws std::invalid_argument for an unknown name.
std::vector<Part> chosen(const std::vector<Part>& parts, const std::string& names);

struct Run {
  std::vector<Part> parts;
  Options options;
  std::filesystem::path folder;  // for the CSV and the plot; made where it is not there
};

// 0; 1 where a part was not measured, or a promise not kept; 130 where it was interrupted.
int run(const Run& run);

}  // namespace cutover::bench
