// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/checks/objects/primary_keys.h"

#include <cstdlib>

namespace cutover {
namespace {

using Names = std::vector<std::string>;

// A replica looks up each changed row by the best index that there is, and else reads the table
// from its begin. So many rows are nothing, also where all of them are deleted at once.
constexpr double kFew = 1000;
constexpr std::size_t kOpened = 20;

// How many rows are read for one. InnoDB's own figures, of tables without any key but its hidden
// one, DB_ROW_ID; those of a partition stand alone.
constexpr const char* kReads =
    "SELECT name, SUM(reads_) AS reads_ FROM (SELECT CONCAT(t.database_name, '.', "
    "SUBSTRING_INDEX(REPLACE(t.table_name, '#p#', '#P#'), '#P#', 1)) AS name, "
    "t.n_rows / GREATEST(1, COALESCE(MAX(i.stat_value), 1)) AS reads_ "
    "FROM mysql.innodb_index_stats g JOIN mysql.innodb_table_stats t "
    "ON t.database_name = g.database_name AND t.table_name = g.table_name "
    "LEFT JOIN mysql.innodb_index_stats i ON i.database_name = t.database_name "
    "AND i.table_name = t.table_name AND i.stat_name LIKE 'n_diff%' "
    "AND i.stat_description NOT LIKE '%DB_ROW_ID%' "
    "WHERE g.index_name = 'GEN_CLUST_INDEX' AND g.stat_name = 'size' "
    "GROUP BY t.database_name, t.table_name, t.n_rows) AS each_ GROUP BY name";

constexpr std::size_t kName = 0;
constexpr std::size_t kKind = 1;       // of a table
constexpr std::size_t kNotUnique = 1;  // of an index

Names without_unique_key(const Rows& tables, const Rows& indexes) {
  std::unordered_set<std::string> keyed;
  for (std::size_t i = 0; i < indexes.size(); ++i) {
    if (indexes.at(i, kNotUnique) != "0") continue;
    const std::string index = indexes.at(i, kName).value_or("");
    keyed.insert(index.substr(0, index.rfind('.')));
  }
  Names names;
  for (std::size_t i = 0; i < tables.size(); ++i)
    if (std::string name = tables.at(i, kName).value_or("");
        tables.at(i, kKind) == "BASE TABLE" && !keyed.contains(name))
      names.push_back(std::move(name));
  return names;
}

using Reads = std::unordered_map<std::string, double>;

Reads numbers(const Rows& rows) {
  Reads reads;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (const auto number = rows.at(i, 1))
      reads[rows.at(i, kName).value_or("")] = std::strtod(number->c_str(), nullptr);
  return reads;
}

// Where InnoDB has no figures, as after a dump with the schema mysql was loaded, the table's own:
// a server opens it for that, so of a few alone.
void add_rows_of_unknown(Scene& scene, const Names& names, Reads& reads) {
  std::string sql;
  std::size_t many = 0;
  for (const std::string& name : names) {
    const std::size_t dot = name.find('.');
    if (reads.contains(name) || dot == std::string::npos || ++many > kOpened) continue;
    sql += (sql.empty() ? "" : " UNION ALL ") +
           ("SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) AS name, TABLE_ROWS AS reads_ "
            "FROM information_schema.tables WHERE TABLE_SCHEMA = " +
            sql_literal(name.substr(0, dot)) +
            " AND TABLE_NAME = " + sql_literal(name.substr(dot + 1)));
  }
  if (sql.empty()) return;
  const Result told = scene.ask(scene.leaving, sql);
  if (told.ok()) reads.merge(numbers(told.rows));
}

}  // namespace

Finding primary_keys(Scene& scene, Catalog& catalog) {
  if (auto none = Catalog::hidden(scene, topics().front())) return *std::move(none);
  const Result& tables = catalog.both(scene, "schema").leaving;
  const Result& indexes = catalog.both(scene, "indexes").leaving;
  if (!tables.ok() || !indexes.ok()) return Finding::unseen(tables.error + indexes.error, "");
  const Names without = without_unique_key(tables.rows, indexes.rows);
  if (without.empty()) return Finding::pass("every table has a unique key");

  const Result told = scene.ask(scene.leaving, kReads);
  if (!told.ok())
    return Finding::unseen(told.error, grant_remedy(scene.leaving, "SELECT ON mysql.*"));
  Reads reads = numbers(told.rows);
  add_rows_of_unknown(scene, without, reads);
  Names slow;
  for (const std::string& name : without) {
    const auto found = reads.find(name);
    if (found == reads.end())
      slow.push_back(name + " (nobody has counted)");
    else if (found->second > kFew)
      slow.push_back(name + " (" + std::to_string(static_cast<long long>(found->second)) + ")");
  }
  if (slow.empty())
    return Finding::pass(
        "without a unique key, but small or with an index that tells their rows: " + some(without));
  return Finding::warn(
      "without a unique key, and so many rows are read for each one that is "
      "changed: " +
          some(slow),
      "give them primary keys: a DELETE or UPDATE of many rows holds replication "
      "up, and a switch with it");
}

}  // namespace cutover
