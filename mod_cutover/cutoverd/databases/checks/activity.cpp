// SPDX-License-Identifier: Apache-2.0
// Preflight: what runs on the servers just now that a fence or a visitor would meet.
#include "mod_cutover/cutoverd/databases/checks/rows.h"
#include "mod_cutover/cutoverd/databases/server/who_locks.h"
#include "shared/words/without_values.h"

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
    return Finding::block("on " + scene.leaving.label() + ": " +
                              statement_without_values(r.rows.text(0, {"doing"})) + " (" +
                              r.rows.text(0, {"user"}) + ", connection " + r.rows.text(0, {"id"}) +
                              ", " + r.rows.text(0, {"age"}) + " s)",
                          remedy);
  }
  return Finding::pass("none longer than a second");
}

constexpr const char* kAnew =
    "let them connect anew: what is not deterministic differs on the other";

// MySQL shows each session's.
constexpr const char* kOtherFormats =
    "SELECT v.VARIABLE_VALUE AS format, COUNT(*) AS many, MIN(t.PROCESSLIST_ID) AS id, "
    "MIN(CONCAT(t.PROCESSLIST_USER, '@', t.PROCESSLIST_HOST)) AS who "
    "FROM performance_schema.threads t JOIN performance_schema.variables_by_thread v "
    "ON v.THREAD_ID = t.THREAD_ID WHERE v.VARIABLE_NAME = 'binlog_format' "
    "AND v.VARIABLE_VALUE <> 'ROW' AND t.PROCESSLIST_USER IS NOT NULL GROUP BY 1 ORDER BY 1 DESC";

// Without it its tables are there, and empty.
bool has_no_eyes(Scene& scene, Server& server) {
  return !scene.mariadb() && !scene.is_on(server, {"performance_schema"});
}

Finding without_eyes(const Server& server) {
  return Finding::warn("could not be looked at: performance_schema is off on " + server.label(),
                       "performance_schema=ON in its my.cnf, which needs a restart; or see for "
                       "yourself");
}

Finding by_thread(Scene& scene) {
  if (has_no_eyes(scene, scene.leaving)) return without_eyes(scene.leaving);
  const Result r = scene.ask(scene.leaving, kOtherFormats);
  if (!r.ok())
    return Finding::unseen(r.error, grant_remedy(scene.leaving, "SELECT ON performance_schema.*"));
  if (r.rows.empty()) return Finding::pass("ROW, in all sessions");
  return Finding::block("ROW, but " + r.rows.text(0, {"many"}) + " sessions on " +
                            scene.leaving.label() + " write " + r.rows.text(0, {"format"}) +
                            ", such as connection " + r.rows.text(0, {"id"}) + " of " +
                            r.rows.text(0, {"who"}),
                        kAnew);
}

// The application's accounts, or whoever is neither replication nor an administrator.
std::string of_the_site(const Scene& scene) {
  std::string users;
  for (const std::string& account : app_users(scene))
    users += (users.empty() ? "" : ", ") + sql_literal(user_part(account));
  if (!users.empty()) return "USER IN (" + users + ")";
  return "COMMAND NOT LIKE 'Binlog Dump%' AND USER <> SUBSTRING_INDEX(USER(), '@', 1) AND USER NOT "
         "IN ('root', 'system user', 'event_scheduler', 'unauthenticated user')";
}

// MariaDB shows none. Our own session has what was the server's when it began, and whoever began
// after it has a higher number; before it, only what stood in my.cnf is known.
Finding by_our_own(Scene& scene) {
  const Result r = scene.ask(
      scene.leaving,
      "SELECT COUNT(*) AS many, MIN(ID) AS id, MIN(USER) AS who, @@session.binlog_format AS ours, "
      "(SELECT GLOBAL_VALUE_ORIGIN FROM information_schema.system_variables "
      "WHERE VARIABLE_NAME = 'BINLOG_FORMAT') AS origin FROM information_schema.processlist "
      "WHERE (ID < CONNECTION_ID() OR @@session.binlog_format <> 'ROW') AND " +
          of_the_site(scene));
  if (!r.ok() || !scene.granted(scene.leaving, "PROCESS"))
    return Finding::unseen(r.ok() ? "other accounts' sessions are hidden" : r.error,
                           grant_remedy(scene.leaving, "PROCESS ON *.*"));
  if (r.rows.text(0, {"origin"}) != "SQL") return Finding::pass("ROW, since the server's start");
  if (r.rows.text(0, {"many"}) == "0")
    return Finding::pass("ROW, and no session of the site is older");
  return Finding::warn("ROW since a SET GLOBAL on " + scene.leaving.label() + ", and " +
                           r.rows.text(0, {"many"}) +
                           " sessions may be older and write as before, such as connection " +
                           r.rows.text(0, {"id"}) + " of " + r.rows.text(0, {"who"}),
                       std::string(kAnew) + "; then `apachectl graceful`, so that it is seen");
}

// A session keeps the binlog_format that it began with, whatever the server's is now.
Finding older_sessions(Scene& scene) {
  const std::string format = scene.variable(scene.leaving, {"binlog_format"});
  if (!format.empty() && format != "ROW") return Finding::pass("as the server: " + format);
  return scene.mariadb() ? by_our_own(scene) : by_thread(scene);
}

// A visitor's first write on the arriving one would wait for them, where a replica that has nothing
// to apply does not.
Finding locks_arriving(Scene& scene) {
  Server& server = scene.arriving;
  const Deadline limit = scene.deadline.within(std::chrono::milliseconds(1000));
  const auto session = server.monitor_now(limit);
  const auto found =
      session ? who_locks(**session, limit) : Reading<std::string>{{}, session.error};
  if (!found) {
    Finding unseen = Finding::unseen(
        found.error, grant_remedy(server, scene.mariadb() ? "SELECT ON mysql.*"
                                                          : "SELECT ON performance_schema.*"));
    // Whoever promotes it by other means needs no right of ours to write there.
    if (!scene.site.promote) unseen.verdict = CheckVerdict::kWarn;
    return unseen;
  }
  if (found->empty() && has_no_eyes(scene, server)) return without_eyes(server);
  if (found->empty()) return Finding::pass("nobody holds any on " + server.label());
  return Finding::block(
      "on " + server.label() + ": " + *found,
      "let it end (UNLOCK TABLES, COMMIT, the backup), or KILL the connection: visitors' writes "
      "would wait for it");
}

// They are acknowledged when they are queued, and written when the table is free: perhaps behind
// the fence, or never.
Finding delayed_inserts(Scene& scene) {
  Server& server = scene.leaving;
  if (!scene.mariadb()) return Finding::pass("MySQL has none");
  const Result r = scene.ask(server,
                             "SELECT VARIABLE_NAME AS name, VARIABLE_VALUE AS value "
                             "FROM information_schema.global_status WHERE VARIABLE_NAME IN "
                             "('Not_flushed_delayed_rows', 'Delayed_insert_threads', "
                             "'Delayed_writes')");
  if (!r.ok()) return Finding::unseen(r.error, "");
  std::map<std::string, std::string> status;
  for (std::size_t i = 0; i < r.rows.size(); ++i)
    status[r.rows.text(i, {"name"})] = r.rows.text(i, {"value"});
  const std::string queued = status["NOT_FLUSHED_DELAYED_ROWS"];
  const std::string remedy =
      "SET GLOBAL max_delayed_threads=0 on " + server.label() +
      " and let the sessions connect anew: INSERT DELAYED is then an INSERT like any other";
  if (queued != "0")
    return Finding::block(queued +
                              " rows of INSERT DELAYED are acknowledged and not yet written "
                              "on " +
                              server.label(),
                          "find out what locks the table, and let it end; " + remedy);
  const bool used = status["DELAYED_WRITES"] != "0" || status["DELAYED_INSERT_THREADS"] != "0";
  if (!used) return Finding::pass("nobody uses INSERT DELAYED");
  if (scene.variable(server, {"max_delayed_threads"}) == "0" &&
      status["DELAYED_INSERT_THREADS"] == "0")
    return Finding::pass("INSERT DELAYED is an INSERT like any other");
  return Finding::warn("INSERT DELAYED is in use on " + server.label() + " (" +
                           status["DELAYED_WRITES"] +
                           " rows so far): what is queued when the fence comes is lost",
                       remedy);
}

}  // namespace

std::vector<CheckRow> activity_checks() {
  return {{"long-transactions", CheckVerdict::kBlock, long_transactions},
          {"older-sessions", CheckVerdict::kBlock, older_sessions},
          {"locks-arriving", CheckVerdict::kBlock, locks_arriving},
          {"delayed-inserts", CheckVerdict::kBlock, delayed_inserts}};
}

}  // namespace cutover
