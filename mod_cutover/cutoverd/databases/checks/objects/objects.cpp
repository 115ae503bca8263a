// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/checks/objects/objects.h"

#include <algorithm>
#include <memory>
#include <set>

#include "mod_cutover/cutoverd/databases/checks/objects/catalog.h"
#include "mod_cutover/cutoverd/databases/checks/objects/primary_keys.h"

namespace cutover {
namespace {

constexpr std::size_t kName = 0;
constexpr std::size_t kKind = 1;
constexpr std::size_t kEngine = 2;

using Names = std::vector<std::string>;

bool is_table(const Rows& tables, std::size_t i) {
  return tables.at(i, kKind).value_or("") == "BASE TABLE";
}

Names tables_with(const Rows& tables, bool (*wanted)(const std::string& engine)) {
  Names names;
  for (std::size_t i = 0; i < tables.size(); ++i)
    if (is_table(tables, i) && wanted(tables.at(i, kEngine).value_or("")))
      names.push_back(tables.at(i, kName).value_or(""));
  return names;
}

bool in_memory(const std::string& engine) { return engine == "MEMORY"; }
bool not_innodb(const std::string& engine) { return engine != "InnoDB" && engine != "SEQUENCE"; }

// A restart empties them, and the first look after it logs that as a DELETE: a server that only
// follows sends it to the one that serves, and what was lost there is replicated no more.
Finding engines(Scene& scene, Catalog& catalog) {
  if (auto none = Catalog::hidden(scene, topics().front())) return *std::move(none);
  const Scene::Both& both = catalog.both(scene, "schema");
  for (const auto& [server, told] :
       {std::pair{&scene.leaving, &both.leaving}, {&scene.arriving, &both.arriving}}) {
    if (!told->ok()) return Finding::unseen(told->error, "");
    if (const Names names = tables_with(told->rows, in_memory); !names.empty())
      return Finding::block("in memory alone on " + server->label() + ": " + some(names),
                            "ALTER TABLE ... ENGINE=InnoDB, or DROP TABLE, on " +
                                scene.leaving.label() +
                                ": a restart empties tables of the engine MEMORY, and logs that");
  }
  const Names names = tables_with(both.leaving.rows, not_innodb);
  if (names.empty()) return Finding::pass("InnoDB throughout");
  return Finding::warn(
      some(names), "ALTER TABLE ... ENGINE=InnoDB: a crash or a kill leaves others half written");
}

constexpr const char* kAccountsMariaDb = "SELECT CONCAT(User, '@', Host) FROM mysql.global_priv";
constexpr const char* kAccountsMySql = "SELECT CONCAT(User, '@', Host) FROM mysql.user";

// In whose name they run; a security of INVOKER is in that of who calls.
void definers_of(const Rows& rows, std::map<std::string, Names>& out) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows.text(i, {"security"}) != "INVOKER")
      out[rows.text(i, {"definer"})].push_back(rows.at(i, kName).value_or(""));
}

// Whoever uses what such an account has defined gets an error, 1449.
Finding definers(Scene& scene, Catalog& catalog) {
  std::map<std::string, Names> definers;
  for (const char* row : {"routines", "triggers", "views"}) {
    const Result& told = catalog.both(scene, row).leaving;
    if (!told.ok()) return Finding::unseen(told.error, "");
    definers_of(told.rows, definers);
  }
  const Result accounts =
      scene.ask(scene.arriving, scene.mariadb() ? kAccountsMariaDb : kAccountsMySql);
  if (!accounts.ok())
    return Finding::unseen(accounts.error, grant_remedy(scene.arriving, "SELECT ON mysql.*"));
  std::set<std::string> there;
  for (std::size_t i = 0; i < accounts.rows.size(); ++i)
    there.insert(accounts.rows.at(i, 0).value_or(""));
  Names lost;
  for (const auto& [definer, things] : definers)
    if (!definer.empty() && !there.contains(definer) && !there.contains(definer + "@"))
      lost.push_back(definer + " (" + some(things) + ")");
  if (lost.empty())
    return Finding::pass("every definer is an account of " + scene.arriving.label());
  return Finding::block("no accounts on " + scene.arriving.label() + ": " + some(lost),
                        "CREATE USER them there, with their rights, as on " +
                            scene.leaving.label() + " (SHOW CREATE USER, SHOW GRANTS)");
}

constexpr const char* kNumbersMariaDb =
    "SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) AS name, AUTO_INCREMENT AS next "
    "FROM information_schema.tables WHERE AUTO_INCREMENT IS NOT NULL AND TABLE_SCHEMA NOT IN "
    "('mysql', 'information_schema', 'performance_schema', 'sys', 'mod_cutover')";
// In information_schema.tables it may be a day old.
constexpr const char* kNumbersMySql =
    "SELECT REPLACE(NAME, '/', '.') AS name, AUTOINC AS next FROM "
    "information_schema.INNODB_TABLESTATS WHERE AUTOINC > 0 AND SUBSTRING_INDEX(NAME, '/', 1) "
    "NOT IN ('mysql', 'sys', 'mod_cutover')";

// A transaction that is rolled back, or an INSERT that was refused, has used its numbers up, and
// nothing of it is replicated.
Finding next_numbers(Scene& scene, Catalog& catalog) {
  if (auto none = Catalog::hidden(scene, topics().front())) return *std::move(none);
  if (catalog.tables(scene) > kOpenable)
    return Finding::pass("not compared: more than " + std::to_string(kOpenable) + " tables");
  const char* sql = scene.mariadb() ? kNumbersMariaDb : kNumbersMySql;
  const Result leaving = scene.ask(scene.leaving, sql);
  if (!leaving.ok()) return Finding::unseen(leaving.error, "");
  const auto position = scene.replication.position(scene.leaving.side());
  if (position)
    scene.replication.wait_applied(scene.arriving.side(), *position,
                                   std::chrono::milliseconds(250));
  const Result arriving = scene.ask(scene.arriving, sql);
  if (!arriving.ok()) return Finding::unseen(arriving.error, "");
  std::map<std::string, std::string> there;
  for (std::size_t i = 0; i < arriving.rows.size(); ++i)
    there[arriving.rows.at(i, kName).value_or("")] = arriving.rows.at(i, 1).value_or("");
  const auto lower = [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  };
  Names behind;
  for (std::size_t i = 0; i < leaving.rows.size(); ++i) {
    const std::string name = leaving.rows.at(i, kName).value_or("");
    const std::string next = leaving.rows.at(i, 1).value_or("");
    const auto found = there.find(name);
    if (found != there.end() && lower(found->second, next))
      behind.push_back(name + " (" + found->second + ", not " + next + ")");
  }
  if (behind.empty()) return Finding::pass("AUTO_INCREMENT goes on where it is");
  return Finding::warn("AUTO_INCREMENT stands lower on " + scene.arriving.label() + ": " +
                           some(behind) + ": numbers that were handed out come again",
                       "where that matters: SET sql_log_bin=0; ALTER TABLE ... AUTO_INCREMENT=... "
                       "there, just before the switch");
}

}  // namespace

std::vector<CheckRow> object_checks() {
  constexpr auto kBlock = CheckVerdict::kBlock;
  constexpr auto kWarn = CheckVerdict::kWarn;
  const auto catalog = std::make_shared<Catalog>();
  const auto compared = [&](const char* row, CheckVerdict worst) {
    return CheckRow{row, worst, [=](Scene& scene) { return catalog->compared(scene, row); }};
  };
  const auto judged = [&](const char* row, CheckVerdict worst, Finding (*look)(Scene&, Catalog&)) {
    return CheckRow{row, worst, [=](Scene& scene) { return look(scene, *catalog); }};
  };
  return {compared("schema", kBlock),      judged("engines", kBlock, engines),
          compared("indexes", kWarn),      judged("primary-keys", kWarn, primary_keys),
          compared("foreign-keys", kWarn), compared("constraints", kWarn),
          compared("partitions", kWarn),   judged("next-numbers", kWarn, next_numbers),
          compared("routines", kWarn),     compared("triggers", kWarn),
          compared("views", kWarn),        judged("definers", kWarn, definers)};
}

}  // namespace cutover
