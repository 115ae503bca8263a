// SPDX-License-Identifier: Apache-2.0
// A line over time as an inline picture: what stands there for a browser without scripts, and until
// the scripts have drawn their own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mod_cutover/httpd/page/html/html.h"

namespace cutover {

struct SparkPoint {
  std::int64_t at_ms = 0;
  std::optional<double> value;  // nothing: a gap in the line
};
using SparkLine = std::vector<SparkPoint>;

// The highest of all the lines; the picture's upper edge.
double highest(const std::vector<SparkLine>& lines);

// As much time as there is something to see of: from two minutes to a quarter of an hour.
struct SparkSpan {
  std::int64_t begin_ms = 0;
  std::int64_t end_ms = 0;
};
SparkSpan span_of(const std::vector<SparkLine>& lines);

// One line as an SVG path, from 0 at the lower edge to `top` at the upper one. Of what falls on one
// place the highest is drawn.
std::string spark_path(const SparkLine& line, const SparkSpan& span, double top);

// Each line has the class of its name.
void write_spark(Html& html, const std::vector<std::pair<std::string, SparkLine>>& lines);

}  // namespace cutover
