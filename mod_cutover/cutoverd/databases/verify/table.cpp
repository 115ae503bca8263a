// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/verify/table.h"

#include <algorithm>
#include <charconv>

namespace cutover {
namespace {

std::uint64_t number(const std::string& text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string where(const VerifiedTable& table) {
  return " WHERE TABLE_SCHEMA = " + sql_literal(table.schema) +
         " AND TABLE_NAME = " + sql_literal(table.name);
}

// Releases have two names for it, and all understand the shorter one.
std::string charset(const std::string& name) { return name == "utf8mb3" ? "utf8" : name; }
std::string collation(const std::string& name) {
  constexpr std::string_view kLong = "utf8mb3_";
  return name.starts_with(kLong) ? "utf8_" + name.substr(kLong.size()) : name;
}

// Of a unique index: a part of it that cannot be walked along.
bool useless(const Rows& rows, std::size_t i) {
  return !rows.get(i, {"c"}) || rows.get(i, {"p"}) || rows.text(i, {"n"}) == "YES" ||
         rows.get(i, {"d"}).value_or("A") != "A";
}

// PRIMARY, else the first unique index of whole columns that are never NULL.
void choose_key(const Rows& rows, VerifiedTable& table) {
  std::string refused;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string index = rows.text(i, {"i"});
    if (index == refused) continue;
    if (index != table.key_name && !table.key.empty()) return;  // the one before is whole
    table.key_name = index;
    const auto column =
        std::ranges::find(table.columns, rows.text(i, {"c"}), &VerifiedColumn::name);
    if (useless(rows, i) || column == table.columns.end()) {
      refused = index;
      table.key.clear();
      table.key_name.clear();
    } else {
      table.key.push_back(*column);
    }
  }
}

}  // namespace

Reading<std::vector<VerifiedTable>> tables_of(Reader& reader,
                                              const std::vector<std::string>& leave_behind) {
  std::string others = "'mysql', 'sys', 'information_schema', 'performance_schema', 'mod_cutover'";
  for (const std::string& schema : leave_behind) others += ", " + sql_literal(schema);
  const Result r = reader.ask(
      "SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t, TABLE_TYPE AS k, TABLE_ROWS AS r, "
      "AVG_ROW_LENGTH AS l FROM information_schema.tables WHERE TABLE_TYPE NOT LIKE '%VIEW' AND "
      "TABLE_SCHEMA NOT IN (" +
      others + ") ORDER BY BINARY TABLE_SCHEMA, BINARY TABLE_NAME");
  if (!r.ok()) return {std::nullopt, r.error};
  std::vector<VerifiedTable> tables;
  for (std::size_t i = 0; i < r.rows.size(); ++i) {
    VerifiedTable& table = tables.emplace_back();
    table.schema = r.rows.text(i, {"s"});
    table.name = r.rows.text(i, {"t"});
    table.kind = r.rows.text(i, {"k"});
    table.rows = number(r.rows.text(i, {"r"}));
    table.length = number(r.rows.text(i, {"l"}));
  }
  return {std::move(tables), {}};
}

std::string describe(Reader& reader, VerifiedTable& table) {
  const Result columns = reader.ask(
      "SELECT COLUMN_NAME AS c, LOWER(DATA_TYPE) AS t, CHARACTER_SET_NAME AS s, COLLATION_NAME AS "
      "o FROM information_schema.columns" +
      where(table) + " ORDER BY ORDINAL_POSITION");
  if (!columns.ok()) return columns.error;
  if (columns.rows.empty()) return "its columns are hidden: SELECT is not granted";
  for (std::size_t i = 0; i < columns.rows.size(); ++i)
    table.columns.push_back({columns.rows.text(i, {"c"}), columns.rows.text(i, {"t"}),
                             charset(columns.rows.text(i, {"s"})),
                             collation(columns.rows.text(i, {"o"}))});
  const Result keys = reader.ask(
      "SELECT INDEX_NAME AS i, COLUMN_NAME AS c, SUB_PART AS p, NULLABLE AS n, COLLATION AS d FROM "
      "information_schema.statistics" +
      where(table) +
      " AND NON_UNIQUE = 0 AND INDEX_TYPE = 'BTREE' ORDER BY INDEX_NAME <> 'PRIMARY', INDEX_NAME, "
      "SEQ_IN_INDEX");
  if (!keys.ok()) return keys.error;
  choose_key(keys.rows, table);
  return {};
}

std::string otherwise_made(const VerifiedTable& one, const VerifiedTable& other) {
  const auto same = [](const VerifiedColumn& a, const VerifiedColumn& b) {
    return a.name == b.name && a.type == b.type && a.charset == b.charset;
  };
  const auto same_order = [&](const VerifiedColumn& a, const VerifiedColumn& b) {
    return same(a, b) && a.collation == b.collation;
  };
  if (!std::ranges::equal(one.columns, other.columns, same))
    return "its columns are not the same on both";
  if (one.key_name != other.key_name || !std::ranges::equal(one.key, other.key, same_order))
    return "its key is not the same on both, or sorts otherwise";
  return {};
}

}  // namespace cutover
