// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/report/table.h"

#include <algorithm>
#include <cstdio>

namespace cutover::bench {
namespace {

std::string padded(const std::string& text, std::size_t width, bool left) {
  const std::string blanks(width - std::min(width, text.size()), ' ');
  return left ? text + blanks : blanks + text;
}

}  // namespace

std::string text_of(const Table& table) {
  std::vector<std::size_t> widths;
  for (const std::string& name : table.header) widths.push_back(name.size());
  for (const auto& row : table.rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text = "|";
    for (std::size_t i = 0; i < cells.size(); ++i)
      text += " " + padded(cells[i], widths[i], i == 0) + " |";
    return text + "\n";
  };
  std::string text = table.title + "\n\n" + line(table.header) + "|";
  for (std::size_t i = 0; i < widths.size(); ++i)
    text += std::string(widths[i] + 1, '-') + (i == 0 ? "-|" : ":|");
  text += "\n";
  for (const auto& row : table.rows) text += line(row);
  return text + (table.note.empty() ? "" : "\n" + table.note + "\n");
}

std::string number(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  // No "-0".
  const std::string result = text;
  const bool zero = result.find_first_not_of("-0.") == std::string::npos;
  return zero && result[0] == '-' ? result.substr(1) : result;
}

std::string number(const Spread& spread, int digits) {
  return number(spread.median, digits) + " (" + number(spread.low, digits) + " to " +
         number(spread.high, digits) + ")";
}

}  // namespace cutover::bench
