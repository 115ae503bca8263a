// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/html/sparkline.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace cutover {
namespace {

constexpr std::int64_t kLongestMs = 15 * 60 * 1000;
constexpr std::int64_t kShortestMs = 2 * 60 * 1000;
constexpr std::size_t kColumns = 180;  // at most five seconds each
constexpr double kHeight = 60;         // of the view box; its width is a unit a column
constexpr std::size_t kGap = 3;        // so many columns without a sample end a line

struct Column {
  bool seen = false;
  bool unknown = false;
  double highest = 0;
};

std::array<Column, kColumns> columns_of(const SparkLine& line, const SparkSpan& span) {
  constexpr std::int64_t kWidth = kColumns;
  const std::int64_t whole = span.end_ms - span.begin_ms;
  std::array<Column, kColumns> columns{};
  for (const SparkPoint& point : line) {
    const std::int64_t age = span.end_ms - point.at_ms;
    if (age < 0 || age >= whole) continue;
    Column& column = columns[kColumns - 1 - static_cast<std::size_t>(age * kWidth / whole)];
    column.seen = true;
    if (point.value)
      column.highest = std::max(column.highest, *point.value);
    else
      column.unknown = true;
  }
  return columns;
}

std::string tenths(double value) {
  const auto whole = static_cast<std::int64_t>(std::lround(value * 10));
  return std::to_string(whole / 10) + "." + std::to_string(whole % 10);
}

}  // namespace

double highest(const std::vector<SparkLine>& lines) {
  double top = 0;
  for (const SparkLine& line : lines)
    for (const SparkPoint& point : line) top = std::max(top, point.value.value_or(0));
  return top;
}

SparkSpan span_of(const std::vector<SparkLine>& lines) {
  SparkSpan span;
  for (const SparkLine& line : lines) {
    if (line.empty()) continue;
    const std::int64_t first = line.front().at_ms;
    span.begin_ms = span.begin_ms == 0 ? first : std::min(span.begin_ms, first);
    span.end_ms = std::max(span.end_ms, line.back().at_ms);
  }
  span.begin_ms = std::clamp(span.begin_ms, span.end_ms - kLongestMs, span.end_ms - kShortestMs);
  return span;
}

std::string spark_path(const SparkLine& line, const SparkSpan& span, double top) {
  std::string path;
  const auto columns = columns_of(line, span);
  std::size_t missing = kGap;  // the first point begins a line
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].unknown) missing = kGap;
    if (!columns[i].seen) ++missing;
    if (!columns[i].seen || columns[i].unknown) continue;
    const double y = top > 0 ? kHeight - columns[i].highest / top * kHeight : kHeight;
    path += (missing >= kGap ? "M" : "L") + std::to_string(i) + " " + tenths(y);
    missing = 0;
  }
  return path;
}

void write_spark(Html& html, const std::vector<std::pair<std::string, SparkLine>>& lines) {
  std::vector<SparkLine> all;
  all.reserve(lines.size());
  for (const auto& [name, line] : lines) all.push_back(line);
  const SparkSpan span = span_of(all);
  html.raw("<svg class=\"spark\" viewBox=\"0 -2 179 64\" preserveAspectRatio=\"none\"")
      .raw(" aria-hidden=\"true\">");
  for (const auto& [name, line] : lines)
    html.raw("<path class=\"line ")
        .text(name)
        .raw("\" vector-effect=\"non-scaling-stroke\" d=\"")
        .text(spark_path(line, span, highest(all)))
        .raw("\"/>");
  html.raw("</svg>");
}

}  // namespace cutover
