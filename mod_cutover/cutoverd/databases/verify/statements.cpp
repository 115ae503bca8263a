// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/verify/statements.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace cutover {
namespace {

constexpr std::array<std::string_view, 8> kNumbers = {"tinyint", "smallint", "mediumint", "int",
                                                      "integer", "bigint",   "decimal",   "year"};
constexpr std::array<std::string_view, 2> kReals = {"float", "double"};
constexpr std::array<std::string_view, 4> kMoments = {"date", "time", "datetime", "timestamp"};
constexpr std::array<std::string_view, 3> kByIndex = {"enum", "set", "bit"};
constexpr std::array<std::string_view, 3> kAsText = {"uuid", "inet4", "inet6"};

template <std::size_t size>
bool among(const std::array<std::string_view, size>& types, const std::string& type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

std::string named(const std::string& name) {
  std::string text = "`";
  for (const char c : name) text += c == '`' ? "``" : std::string(1, c);
  return text + "`";
}

// As text that is the same for the same value, and another one for another. A FLOAT as a DOUBLE is
// told to its last bit. JSON is told as its server keeps it: MySQL sorts an object's keys, MariaDB
// keeps the text.
std::string as_text(const VerifiedColumn& c) {
  const std::string name = named(c.name);
  if (among(kReals, c.type)) return "CAST(" + name + " * 1e0 AS CHAR)";
  if (c.type == "bit") return "HEX(" + name + " + 0)";
  if (c.type == "timestamp") return "CAST(UNIX_TIMESTAMP(" + name + ") AS CHAR)";
  if (among(kNumbers, c.type) || among(kMoments, c.type) || among(kByIndex, c.type) ||
      among(kAsText, c.type))
    return "CAST(" + name + " AS CHAR)";
  if (c.type == "json") return "CAST(" + name + " AS CHAR)";
  return name;
}

bool is_bytes(const VerifiedColumn& c) {
  return !among(kReals, c.type) && !among(kNumbers, c.type) && !among(kMoments, c.type) &&
         !among(kByIndex, c.type) && !among(kAsText, c.type);
}

// Its length stands before it, so that no two rows read the same; NULL is a value of its own. What
// a server cannot tell becomes NULL here, and then the row has no digest.
std::string digest_part(const VerifiedColumn& c) {
  const std::string text = as_text(c);
  const std::string told = is_bytes(c) ? "CONCAT(LENGTH(" + text + "),':',SHA2(" + text + ",256))"
                                       : "CONCAT(LENGTH(" + text + "),':'," + text + ")";
  return "IF(" + named(c.name) + " IS NULL,'N'," + told + ")";
}

std::string row_digest(const VerifiedTable& table) {
  std::string all;
  for (const VerifiedColumn& c : table.columns)
    all += (all.empty() ? "" : ",';',") + digest_part(c);
  return "SHA2(CONCAT(" + all + "),256)";
}

// A key's column, such that literal() of it is that value again.
std::string key_column(const VerifiedColumn& c) {
  const std::string name = named(c.name);
  if (among(kReals, c.type)) return "CAST(" + name + " * 1e0 AS CHAR)";
  if (among(kByIndex, c.type)) return "CAST(" + name + " + 0 AS CHAR)";  // as they are sorted
  if (among(kNumbers, c.type) || among(kMoments, c.type) || among(kAsText, c.type))
    return "CAST(" + name + " AS CHAR)";
  return "HEX(" + name + ")";
}

std::string literal(const VerifiedColumn& c, const std::string& told) {
  if (among(kReals, c.type)) return told.find('e') == std::string::npos ? told + "e0" : told;
  if (among(kNumbers, c.type) || among(kByIndex, c.type)) return told;
  if (is_bytes(c)) return (c.charset.empty() ? "" : "_" + c.charset + " ") + "X'" + told + "'";
  return sql_literal(told);
}

std::string key_columns(const VerifiedTable& table) {
  std::string all;
  for (const VerifiedColumn& c : table.key) all += (all.empty() ? "" : ", ") + key_column(c);
  return all;
}

std::string key_order(const VerifiedTable& table) {
  std::string by;
  for (const VerifiedColumn& c : table.key) by += (by.empty() ? "" : ", ") + named(c.name);
  return " ORDER BY " + by;
}

// (a > x) OR (a = x AND (b > y)): what both vendors read as ranges of the index, unlike
// (a, b) > (x, y). The first column alone stands before it, which bounds what is read in any case.
std::string beyond(const VerifiedTable& table, const RowKey& key, char sign, bool with) {
  std::string text;
  for (std::size_t i = key.size(); i-- > 0;) {
    const std::string name = named(table.key[i].name);
    const std::string value = literal(table.key[i], key[i]);
    const bool last = i + 1 == key.size();
    const std::string strict = name + " " + sign + (last && with ? "= " : " ") + value;
    text = last ? strict : "(" + strict + " OR (" + name + " = " + value + " AND " + text + "))";
  }
  if (key.size() == 1) return text;
  return named(table.key[0].name) + " " + sign + "= " + literal(table.key[0], key[0]) + " AND " +
         text;
}

std::string from(const VerifiedTable& table, const KeyRange& range) {
  std::string text = " FROM " + named(table.schema) + "." + named(table.name);
  if (!table.key_name.empty()) text += " FORCE INDEX (" + named(table.key_name) + ")";
  std::string where;
  if (range.after) where = beyond(table, *range.after, '>', false);
  if (range.upto) where += (where.empty() ? "" : " AND ") + beyond(table, *range.upto, '<', true);
  return where.empty() ? text : text + " WHERE " + where;
}

// 60 of a row's 256 bits. A sum, since equal rows would cancel each other out of an exclusive or.
std::string part_sum(int at) {
  return "SUM(CAST(CONV(SUBSTRING(d," + std::to_string(at) + ",15),16,10) AS UNSIGNED))";
}

// The limit also keeps either vendor from putting the digest into each sum, to be made for each
// anew.
std::string summed(const VerifiedTable& table, const KeyRange& range, std::uint64_t most) {
  return "SELECT COUNT(*) AS n, COUNT(d) AS known, " + part_sum(1) + " AS a, " + part_sum(31) +
         " AS b FROM (SELECT CONVERT(" + row_digest(table) + " USING ascii) AS d" +
         from(table, range) + " LIMIT " + std::to_string(most) + ") AS t_";
}

std::string at_keys(const VerifiedTable& table, const std::vector<RowKey>& keys) {
  std::string any;
  for (const RowKey& key : keys) {
    std::string one;
    for (std::size_t i = 0; i < key.size(); ++i)
      one += (one.empty() ? "" : " AND ") + named(table.key[i].name) + " = " +
             literal(table.key[i], key[i]);
    any += (any.empty() ? "(" : " OR (") + one + ")";
  }
  return from(table, {}) + " WHERE " + any;
}

}  // namespace

bool is_plain(const VerifiedColumn& c) {
  return among(kNumbers, c.type) || among(kReals, c.type) || among(kMoments, c.type) ||
         c.type == "bit";
}

bool is_text(const VerifiedColumn& c) {
  return !c.charset.empty() || c.type == "json" || among(kAsText, c.type);
}

std::string nth_key(const VerifiedTable& table, const KeyRange& range, std::uint64_t nth) {
  return "SELECT " + key_columns(table) + from(table, range) + key_order(table) + " LIMIT " +
         std::to_string(nth - 1) + ", 1";
}

std::string digest_of(const VerifiedTable& table, const KeyRange& range, std::uint64_t most) {
  return summed(table, range, most);
}

std::string digests_in(const VerifiedTable& table, const KeyRange& range, std::uint64_t most) {
  return "SELECT " + key_columns(table) + ", " + row_digest(table) + " AS d" + from(table, range) +
         key_order(table) + " LIMIT " + std::to_string(most);
}

std::string digests_at(const VerifiedTable& table, const std::vector<RowKey>& keys) {
  return "SELECT " + key_columns(table) + ", " + row_digest(table) + " AS d" + at_keys(table, keys);
}

std::string values_at(const VerifiedTable& table, const RowKey& key) {
  std::string all;
  for (const VerifiedColumn& c : table.columns) {
    const std::string text = as_text(c);
    const std::string begin = is_text(c)    ? "CONVERT(LEFT(" + text + ",40) USING utf8mb4)"
                              : is_bytes(c) ? "''"
                                            : text;
    all += (all.empty() ? "" : ", ") + ("SHA2(" + text + ",256), LENGTH(" + text + "), ") + begin;
  }
  return "SELECT " + all + at_keys(table, {key});
}

}  // namespace cutover
