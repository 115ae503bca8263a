// SPDX-License-Identifier: Apache-2.0
// A part of the benchmark: one question, all ways of answering it measured in the same run.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/bench/report/panel.h"
#include "tests/bench/report/table.h"
#include "tests/bench/samples.h"

namespace cutover::bench {

struct Options {
  unsigned rounds = 7;
  unsigned seconds = 2;  // of one burst of load
};

struct Outcome {
  Samples samples;                          // the CSV
  std::vector<Table> tables;                // what is printed
  std::vector<Panel> panels;                // what is drawn
  std::map<std::string, std::string> last;  // its figures in the last line
  // Promises that the module did not keep. (What was not measured rightly is no figure: a part
  // throws then.)
  std::vector<std::string> broken;
};

struct Part {
  const char* name;
  const char* question;
  Outcome (*run)(const Options& options);
};

const std::vector<Part>& all_parts();

}  // namespace cutover::bench
