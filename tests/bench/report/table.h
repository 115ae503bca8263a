// SPDX-License-Identifier: Apache-2.0
// A table as it is printed: Markdown, so that it can be read on a terminal and put into a README.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/statistics.h"

namespace cutover::bench {

struct Table {
  std::string title;
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::string note;  // a sentence below it
};

std::string text_of(const Table& table);

// "12.3", with so many digits behind the point; "12.3 (11.9 to 14.0)".
std::string number(double value, int digits);
std::string number(const Spread& spread, int digits);

}  // namespace cutover::bench
