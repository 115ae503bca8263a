// SPDX-License-Identifier: Apache-2.0
// Preflight: what runs on the servers just now that a fence would meet or not stop.
#include "mod_cutover/cutoverd/databases/checks/rows.h"
#include "mod_cutover/cutoverd/databases/server/who_blocks.h"

namespace cutover {
namespace {

// A transaction that has changed or locked rows loses its work to the fence, or holds it up; one
// that only reads (a dump, a report) does neither.
constexpr const char* kTransactions =
    "SELECT t.trx_mysql_thread_id AS id, TIMESTAMPDIFF(SECOND, t.trx_started, NOW()) AS age, "
    "t.trx_rows_modified AS changed, COALESCE(p.USER, '?') AS user, "
    "COALESCE(t.trx_query, 'idle in a transaction') AS doing FROM information_schema.innodb_trx t "
    "LEFT JOIN information_schema.processlist p ON p.ID = t.trx_mysql_thread_id "
    "WHERE t.trx_started < NOW() - INTERVAL 1 SECOND "
    "AND (t.trx_rows_modified > 0 OR t.trx_rows_locked > 0) "
    "AND COALESCE(p.USER, '?') NOT IN ('system user', 'event_scheduler') "
    "ORDER BY t.trx_started LIMIT 3";

constexpr const char* kStatements =
    "SELECT ID AS id, TIME AS age, USER AS user, INFO AS doing "
    "FROM information_schema.processlist WHERE COMMAND IN ('Query', 'Execute') AND TIME > 1 "
    "AND ID <> CONNECTION_ID() AND INFO IS NOT NULL AND INFO NOT LIKE 'SELECT %' "
    "AND INFO NOT LIKE 'SHOW %' AND INFO NOT LIKE 'KILL %' "
    "AND USER NOT IN ('system user', 'event_scheduler') ORDER BY TIME DESC LIMIT 3";

Finding long_transactions(Scene& scene) {
  const std::string remedy = "wait until it ends, or end it: KILL and the connection's number";
  if (!scene.granted(scene.leaving, "PROCESS")) {
    return Finding::unseen("other accounts' transactions are hidden",
                           grant_remedy(scene.leaving, "PROCESS ON *.*"));
  }
  for (const char* sql : {kTransactions, kStatements}) {
    const Result r = scene.ask(scene.leaving, sql);
    if (!r.ok()) return Finding::unseen(r.error, grant_remedy(scene.leaving, "PROCESS ON *.*"));
    if (r.rows.empty()) continue;
    return Finding::block("on " + scene.leaving.label() + ": " + digest(r.rows.text(0, {"doing"})) +
                              " (" + r.rows.text(0, {"user"}) + ", connection " +
                              r.rows.text(0, {"id"}) + ", " + r.rows.text(0, {"age"}) + " s)",
                          remedy);
  }
  return Finding::pass("none longer than a second");
}

// MySQL has them in its dictionary, visible by the EVENT privilege; MariaDB in a table.
Result enabled_events(Scene& scene, Server& server) {
  return scene.ask(server, scene.mariadb()
                               ? "SELECT CONCAT(db, '.', name) AS event FROM mysql.event "
                                 "WHERE status = 'ENABLED'"
                               : "SELECT CONCAT(EVENT_SCHEMA, '.', EVENT_NAME) AS event "
                                 "FROM information_schema.events WHERE STATUS = 'ENABLED'");
}

// An event of root's writes through MariaDB's read_only; MySQL's super_read_only stops it.
Finding events(Scene& scene) {
  Server& server = scene.leaving;
  if (!scene.is_on(server, {"event_scheduler"})) return Finding::pass("event_scheduler is off");
  const std::string grant =
      grant_remedy(server, scene.mariadb() ? "SELECT ON mysql.*" : "EVENT ON *.*");
  const Result r = enabled_events(scene, server);
  if (!r.ok()) return Finding::unseen(r.error, grant);
  if (r.rows.empty() && !scene.mariadb() && !scene.granted(server, "EVENT")) {
    return Finding::unseen("event_scheduler is on, and events are hidden without EVENT", grant);
  }
  if (r.rows.empty()) return Finding::pass("event_scheduler is on and has none");
  const std::string seen = std::to_string(r.rows.size()) + " enabled on " + server.label() + ", " +
                           r.rows.text(0, {"event"}) + " the first";
  if (scene.mariadb()) {
    return Finding::block(seen + ": they may write through read_only",
                          "SET GLOBAL event_scheduler=OFF on " + server.label() +
                              " before the switch; enable them on the other after it");
  }
  return Finding::warn(seen + ": they stay disabled on " + scene.arriving.label(),
                       "ALTER EVENT ... ENABLE there after the switch");
}

}  // namespace

std::vector<CheckRow> activity_checks() {
  return {{"long-transactions", CheckVerdict::kBlock, long_transactions},
          {"events", CheckVerdict::kBlock, events}};
}

}  // namespace cutover
