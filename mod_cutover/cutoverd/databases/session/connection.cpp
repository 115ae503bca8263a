// SPDX-License-Identifier: Apache-2.0
// Looking results up, and the spellings of statements.
#include "mod_cutover/cutoverd/databases/session/connection.h"

#include <strings.h>

namespace cutover {
namespace {

constexpr unsigned kSyntaxError = 1064;

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::optional<std::string> Rows::get(std::size_t row,
                                     std::initializer_list<std::string_view> spellings) const {
  for (std::string_view name : spellings) {
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      if (same_name(columns_[column], name)) return at(row, column);
    }
  }
  return std::nullopt;
}

std::optional<std::string> Rows::at(std::size_t row, std::size_t column) const {
  if (row >= rows_.size() || column >= rows_[row].size()) return std::nullopt;
  return rows_[row][column];
}

Result query_any(Connection& connection, std::initializer_list<std::string_view> spellings,
                 Deadline deadline) {
  Result last;
  for (std::string_view sql : spellings) {
    last = connection.query(std::string(sql), deadline);
    if (last.ok() || last.number != kSyntaxError) return last;
  }
  return last;
}

std::string sql_literal(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    if (c == '\0') {
      out += "\\0";
    } else {
      out += c;
    }
  }
  return out + "'";
}

}  // namespace cutover
