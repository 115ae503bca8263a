// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/checks/sample/statements.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace cutover {
namespace {

constexpr std::array<std::string_view, 10> kNumbers = {"tinyint", "smallint", "mediumint", "int",
                                                       "bigint",  "decimal",  "float",     "double",
                                                       "year",    "bit"};
constexpr std::array<std::string_view, 7> kAsText = {"date", "time", "datetime", "enum",
                                                     "set",  "uuid", "inet6"};
constexpr std::array<std::string_view, 4> kShortBytes = {"geometry", "point", "vector", "inet4"};

bool is_among(const auto& types, const std::string& type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

std::string named(const std::string& name) {
  std::string text = "`";
  for (const char c : name) text += c == '`' ? "``" : std::string(1, c);
  return text + "`";
}

// HEX of a text is of the bytes that the column holds, whatever it would be converted to.
std::string value(const SampledColumn& column) {
  const std::string name = named(column.name);
  if (column.type == "bit") return "HEX(" + name + "+0)";
  if (column.type == "timestamp") return "CAST(UNIX_TIMESTAMP(" + name + ") AS CHAR)";
  if (is_among(kNumbers, column.type) || is_among(kAsText, column.type))
    return "CAST(" + name + " AS CHAR)";
  if (column.type == "json")
    return "CONCAT(LENGTH(" + name + "),':',HEX(LEFT(CAST(" + name + " AS CHAR),200)))";
  if (is_among(kShortBytes, column.type)) return "HEX(" + name + ")";
  return "CONCAT(LENGTH(" + name + "),':',HEX(LEFT(" + name + ",200)))";
}

std::string rows(const SampledTable& table, std::string_view order, std::uint64_t limit) {
  std::string key;
  std::string by;
  for (const SampledColumn& column : table.key) {
    const bool number = is_among(kNumbers, column.type) && column.type != "bit";
    key += "," + (number ? "CAST(" + named(column.name) + " AS CHAR)" : value(column));
    by += (by.empty() ? "" : ", ") + named(column.name) + std::string(order);
  }
  std::string all;
  for (const SampledColumn& column : table.columns) all += ",IFNULL(" + value(column) + ",'NULL')";
  return "SELECT CONCAT_WS('/'" + key + ") AS k, SHA2(CONCAT_WS('|'" + all +
         "), 256) AS digest FROM " + named(table.schema) + "." + named(table.name) + " ORDER BY " +
         by + " LIMIT " + std::to_string(limit);
}

}  // namespace

bool SampledTable::numbered() const {
  return std::all_of(key.begin(), key.end(),
                     [](const SampledColumn& c) { return is_among(kNumbers, c.type); });
}

std::string newest_rows(const SampledTable& table, std::uint64_t limit) {
  return rows(table, " DESC", limit);
}

std::string oldest_rows(const SampledTable& table, std::uint64_t limit) {
  return rows(table, "", limit);
}

}  // namespace cutover
