// SPDX-License-Identifier: Apache-2.0
// MySQL shows its metadata locks. MariaDB does not without a plugin: there a lock is asked for that
// whoever writes needs, without waiting for it, and InnoDB says how many tables are locked.
#include "mod_cutover/cutoverd/databases/server/who_locks.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <thread>

namespace cutover {
namespace {

constexpr unsigned kLockWaitTimeout = 1205;
constexpr int kLooks = 4;
constexpr auto kLookAgain = std::chrono::milliseconds(15);

// Opens a table for writing, reads nothing of it, and needs no more than SELECT. Hardly anybody
// reads this one, and no backup lets its writers go on.
constexpr const char* kAsAWriter =
    "SET STATEMENT lock_wait_timeout=0 FOR "
    "SELECT 1 FROM mysql.help_relation WHERE 1 = 0 FOR UPDATE";
// What a backup keeps out even where it lets writers in. Fails in any case: neither table is there.
constexpr const char* kAsDdl =
    "SET STATEMENT lock_wait_timeout=0 FOR CREATE TABLE mod_cutover.none LIKE "
    "mod_cutover.none_either";

// Other sessions' locks on tables or on all of it that are no plain writer's.
constexpr const char* kMetadataLocks =
    "SELECT t.PROCESSLIST_ID AS ID, t.PROCESSLIST_USER AS USER, t.PROCESSLIST_HOST AS HOST, "
    "t.PROCESSLIST_TIME AS TIME, CONCAT(m.LOCK_TYPE, ' lock on ', IF(m.OBJECT_TYPE = 'TABLE', "
    "CONCAT(m.OBJECT_SCHEMA, '.', m.OBJECT_NAME), LOWER(m.OBJECT_TYPE))) AS INFO "
    "FROM performance_schema.metadata_locks m JOIN performance_schema.threads t "
    "ON t.THREAD_ID = m.OWNER_THREAD_ID WHERE m.LOCK_STATUS = 'GRANTED' "
    "AND t.PROCESSLIST_ID <> CONNECTION_ID() AND t.PROCESSLIST_USER IS NOT NULL "
    "AND t.PROCESSLIST_USER NOT IN ('system user', 'event_scheduler') "
    "AND ((m.OBJECT_TYPE IN ('GLOBAL', 'COMMIT', 'BACKUP LOCK') AND m.LOCK_TYPE = 'SHARED') "
    "OR (m.OBJECT_TYPE = 'TABLE' AND m.LOCK_TYPE IN ('SHARED_READ_ONLY', 'SHARED_NO_WRITE', "
    "'SHARED_NO_READ_WRITE', 'EXCLUSIVE'))) LIMIT 3";

constexpr const char* kTransactions =
    "SELECT t.trx_mysql_thread_id AS ID, p.USER, p.HOST, "
    "TIMESTAMPDIFF(SECOND, t.trx_started, NOW()) AS TIME, CONCAT('transaction with ', "
    "t.trx_rows_modified, ' changed and ', t.trx_rows_locked, ' locked rows') AS INFO "
    "FROM information_schema.innodb_trx t JOIN information_schema.processlist p "
    "ON p.ID = t.trx_mysql_thread_id WHERE t.trx_started < NOW() - INTERVAL 1 SECOND "
    "AND (t.trx_rows_modified > 0 OR t.trx_rows_locked > 0 OR t.trx_tables_locked > 0) "
    "AND p.USER NOT IN ('system user', 'event_scheduler') ORDER BY t.trx_started LIMIT 3";

// Whoever waits shows that there is a lock, wherever it is.
constexpr const char* kWaiting =
    "SELECT ID, USER, HOST, TIME, STATE AS INFO FROM information_schema.processlist "
    "WHERE STATE IN ('Waiting for global read lock', 'Waiting for backup lock', "
    "'Waiting for commit lock', 'Waiting for table metadata lock', 'Waiting for table level lock', "
    "'Waiting for table flush') AND TIME >= 1 ORDER BY TIME DESC LIMIT 3";

// MariaDB does not say who has the lock: perhaps one of those that sleep.
constexpr const char* kSleepers =
    "SELECT ID, USER, HOST, TIME, 'idle, perhaps with the lock' AS INFO "
    "FROM information_schema.processlist WHERE COMMAND = 'Sleep' "
    "AND USER <> SUBSTRING_INDEX(USER(), '@', 1) ORDER BY TIME DESC LIMIT 3";

std::string listed(const Rows& rows) {
  std::string all;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    all += (all.empty() ? "" : "; ") + rows.text(i, {"INFO"}) + " (" + rows.text(i, {"USER"}) +
           "@" + rows.text(i, {"HOST"}) + ", connection " + rows.text(i, {"ID"}) + ", " +
           rows.text(i, {"TIME"}) + " s)";
  }
  return all;
}

Reading<std::string> found_by(Connection& server, const char* sql, Deadline deadline) {
  const Result r = server.query(sql, deadline);
  if (!r.ok()) return {std::nullopt, r.error};
  return {listed(r.rows), {}};
}

std::string with_sleepers(Connection& server, const std::string& what, Deadline deadline) {
  const auto sleepers = found_by(server, kSleepers, deadline);
  return what + (sleepers && !sleepers->empty() ? ": " + *sleepers : "");
}

// "---TRANSACTION (0x7f...), not started", and tables in use: by the address of each.
std::set<std::string> idle_with_tables(const std::string& status) {
  constexpr std::string_view kBegin = "---TRANSACTION (";
  constexpr std::string_view kUses = "), not started\nmysql tables in use ";
  std::set<std::string> found;
  for (std::size_t at = status.find(kBegin); at != std::string::npos;
       at = status.find(kBegin, at)) {
    at += kBegin.size();
    const std::size_t end = std::min(status.find(')', at), status.size());
    if (status.compare(end, kUses.size(), kUses) == 0) found.insert(status.substr(at, end - at));
  }
  return found;
}

// LOCK TABLES leaves a transaction that has not begun and uses tables, as a statement does for a
// moment: only what is there each time counts.
Reading<bool> tables_are_locked(Connection& server, Deadline deadline) {
  std::set<std::string> each_time;
  for (int look = 0; look < kLooks; ++look) {
    if (look > 0) std::this_thread::sleep_for(kLookAgain);
    const Result r = server.query("SHOW ENGINE INNODB STATUS", deadline);
    if (!r.ok()) return {std::nullopt, r.error};
    const std::set<std::string> now = idle_with_tables(r.rows.text(0, {"Status"}));
    if (look == 0) each_time = now;
    std::erase_if(each_time, [&](const std::string& one) { return !now.contains(one); });
    if (each_time.empty()) return {false, {}};
  }
  return {true, {}};
}

Reading<std::string> by_trying(Connection& server, Deadline deadline) {
  const Result writer = server.query(kAsAWriter, deadline);
  if (writer.number != kLockWaitTimeout && !writer.ok()) return {std::nullopt, writer.error};
  // Without the right to create in our schema there is less to be seen, which the grants' row says.
  const bool ddl = server.query(kAsDdl, deadline).number == kLockWaitTimeout;
  if (!writer.ok())
    return {
        with_sleepers(server, "a lock on all of it is held (FLUSH TABLES WITH READ LOCK, a backup)",
                      deadline),
        {}};
  if (ddl) return {with_sleepers(server, "a backup's lock is held (BACKUP STAGE)", deadline), {}};
  const auto tables = tables_are_locked(server, deadline);
  if (!tables) return {std::nullopt, tables.error};
  if (!*tables) return {std::string(), {}};
  return {with_sleepers(server, "tables are locked (LOCK TABLES, FLUSH TABLES ... WITH READ LOCK)",
                        deadline),
          {}};
}

}  // namespace

// Few questions: a run asks them while requests are held, and the server may be far.
Reading<std::string> who_locks(Connection& server, Deadline deadline) {
  const bool mariadb = server.server_version().find("MariaDB") != std::string::npos;
  const auto found =
      mariadb ? by_trying(server, deadline) : found_by(server, kMetadataLocks, deadline);
  if (!found || !found->empty()) return found;
  const std::string both = std::string("(") + kTransactions + ") UNION ALL (" + kWaiting + ")";
  return found_by(server, both.c_str(), deadline);
}

}  // namespace cutover
