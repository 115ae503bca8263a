// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/report/csv.h"

#include <cstdio>

namespace cutover::bench {
namespace {

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + "\"";
}

std::string exact(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

}  // namespace

std::string csv_header() { return "part,setting,x,way,metric,round,value\n"; }

std::string csv_of(const std::string& part, const Samples& samples) {
  std::string text;
  for (const Sample& s : samples.all())
    text += csv_field(part) + "," + csv_field(s.load.setting) + "," + exact(s.load.x) + "," +
            csv_field(s.way) + "," + csv_field(s.metric) + "," + std::to_string(s.round + 1) + "," +
            exact(s.value) + "\n";
  return text;
}

}  // namespace cutover::bench
