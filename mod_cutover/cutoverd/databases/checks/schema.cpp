// SPDX-License-Identifier: Apache-2.0
// Preflight: the tables on both sides.
#include <map>
#include <thread>

#include "mod_cutover/cutoverd/databases/checks/servers.h"

namespace cutover {
namespace {

constexpr auto kLookAgainAfter = std::chrono::milliseconds(150);

#define CUTOVER_USER_SCHEMAS                                                          \
  "TABLE_SCHEMA NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys', " \
  "'mod_cutover')"

// Tables show themselves only to who has some right on them; REFERENCES is the one that lets
// nobody read a row.
bool sees_tables(const Scene& scene, const Server& server) {
  return scene.granted(server, "REFERENCES") || scene.granted(server, "SELECT");
}

Finding hidden(const Server& server) {
  return Finding::unseen("the tables of " + server.label() + " are hidden",
                         grant_remedy(server, "REFERENCES ON *.*"));
}

// Some tables' names, for a message.
std::string some(const Rows& rows) {
  std::string text = std::to_string(rows.size()) + ": ";
  for (std::size_t i = 0; i < rows.size() && i < 3; ++i) {
    text += (i > 0 ? ", " : "") + rows.at(i, 0).value_or("");
  }
  return rows.size() > 3 ? text + ", ..." : text;
}

Finding tables_that(Scene& scene, const std::string& condition, const std::string& fine,
                    const std::string& remedy, CheckVerdict verdict = CheckVerdict::kWarn) {
  if (!sees_tables(scene, scene.leaving)) return hidden(scene.leaving);
  const Result r = scene.ask(scene.leaving,
                             "SELECT CONCAT(t.TABLE_SCHEMA, '.', t.TABLE_NAME) "
                             "FROM information_schema.tables t WHERE t.TABLE_TYPE = 'BASE TABLE' "
                             "AND t." CUTOVER_USER_SCHEMAS " AND " +
                                 condition);
  if (!r.ok()) return Finding::unseen(r.error, "");
  if (r.rows.empty()) return Finding::pass(fine);
  return {verdict, some(r.rows), remedy};
}

// A restart empties them, and the first look after it logs that as a DELETE: a server that only
// follows sends it to the one that serves, and what was lost there is replicated no more.
Finding engines(Scene& scene) {
  Finding memory =
      tables_that(scene, "t.ENGINE = 'MEMORY'", "",
                  "ALTER TABLE ... ENGINE=InnoDB, or DROP TABLE, on " + scene.leaving.label() +
                      ": a restart empties tables of the engine MEMORY, and logs that",
                  CheckVerdict::kBlock);
  if (memory.verdict != CheckVerdict::kPass) return memory;
  return tables_that(scene, "t.ENGINE <> 'InnoDB'", "InnoDB throughout",
                     "ALTER TABLE ... ENGINE=InnoDB: a crash or a kill leaves others half written");
}

Finding primary_keys(Scene& scene) {
  return tables_that(scene,
                     "NOT EXISTS (SELECT 1 FROM information_schema.statistics s WHERE "
                     "s.TABLE_SCHEMA = t.TABLE_SCHEMA AND s.TABLE_NAME = t.TABLE_NAME "
                     "AND s.NON_UNIQUE = 0)",
                     "every table has a unique key",
                     "give them primary keys: the replica scans the whole table for each row");
}

// Display widths come and go with the version and mean nothing.
std::string plain_type(const std::string& type) {
  const std::size_t open = type.find("int(");
  if (open == std::string::npos) return type;
  const std::size_t close = type.find(')', open);
  return type.substr(0, open + 3) + type.substr(close + 1);
}

struct Tables {
  std::map<std::string, std::string> columns;     // table -> its columns in words
  std::map<std::string, std::string> collations;  // table.column -> collation
  std::string error;
};

Tables tables_of(Scene& scene, Server& server) {
  const Result r = scene.ask(server,
                             "SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) AS t, COLUMN_NAME AS c, "
                             "COLUMN_TYPE AS type, IS_NULLABLE AS nullable, COLUMN_KEY AS k, "
                             "COLLATION_NAME AS coll, EXTRA LIKE '%auto_increment%' AS ai "
                             "FROM information_schema.columns WHERE " CUTOVER_USER_SCHEMAS
                             " ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION");
  Tables tables;
  if (!r.ok()) {
    tables.error = r.error;
    return tables;
  }
  for (std::size_t i = 0; i < r.rows.size(); ++i) {
    const std::string table = r.rows.text(i, {"t"});
    const std::string column = r.rows.text(i, {"c"});
    tables.columns[table] += column + " " + plain_type(r.rows.text(i, {"type"})) + " " +
                             r.rows.text(i, {"nullable"}) + " " + r.rows.text(i, {"k"}) + " " +
                             r.rows.text(i, {"ai"}) + "; ";
    tables.collations[table + "." + column] = r.rows.text(i, {"coll"});
  }
  return tables;
}

std::string difference(const std::map<std::string, std::string>& a,
                       const std::map<std::string, std::string>& b) {
  for (const auto& [name, what] : a) {
    const auto found = b.find(name);
    if (found == b.end()) return name + " is missing on the other";
    if (found->second != what) return name;
  }
  for (const auto& [name, what] : b) {
    if (!a.contains(name)) return name + " is there alone";
  }
  return {};
}

// A change that is on its way explains a difference for a moment: it is looked at twice.
Finding schema(Scene& scene) {
  for (const Server* server : {&scene.leaving, &scene.arriving}) {
    if (!sees_tables(scene, *server)) return hidden(*server);
  }
  std::string differs;
  std::size_t count = 0;
  for (int look = 0; look < 2; ++look) {
    if (look > 0) std::this_thread::sleep_for(kLookAgainAfter);
    const Tables a = tables_of(scene, scene.leaving);
    const Tables b = tables_of(scene, scene.arriving);
    if (!a.error.empty() || !b.error.empty()) return Finding::unseen(a.error + b.error, "");
    count = a.columns.size();
    differs = difference(a.columns, b.columns);
    if (!differs.empty()) continue;
    const std::string collation = difference(a.collations, b.collations);
    if (collation.empty()) return Finding::pass(std::to_string(count) + " tables, equal");
    return Finding::warn(
        "equal but for the collation of " + collation,
        "ALTER TABLE ... CONVERT TO CHARACTER SET ... COLLATE as on " + scene.leaving.label());
  }
  return Finding::block("different on the two: " + differs,
                        "compare SHOW CREATE TABLE on both and bring them together");
}

}  // namespace

std::vector<CheckRow> schema_checks() {
  return {{"schema", CheckVerdict::kBlock, schema},
          {"engines", CheckVerdict::kBlock, engines},
          {"primary-keys", CheckVerdict::kWarn, primary_keys}};
}

}  // namespace cutover
