// SPDX-License-Identifier: Apache-2.0
// The longest running writers, open transactions with changes, and on MySQL holders of table locks.
#include "mod_cutover/cutoverd/databases/server/who_blocks.h"

#include <algorithm>

#include "shared/words/without_values.h"

namespace cutover {
namespace {

constexpr std::size_t kMost = 3;

// Replication's own threads and sleepers are no writers; a SELECT waits for nobody's fence.
constexpr const char* kStatements =
    "SELECT ID, USER, HOST, TIME, INFO FROM information_schema.processlist "
    "WHERE COMMAND IN ('Query', 'Execute') AND ID <> CONNECTION_ID() AND INFO IS NOT NULL "
    "AND USER NOT IN ('system user', 'event_scheduler') AND INFO NOT LIKE 'SET GLOBAL %' "
    "AND INFO NOT LIKE 'SELECT %' AND INFO NOT LIKE 'SHOW %' AND STATE NOT LIKE 'Waiting for "
    "%lock' "
    "ORDER BY TIME DESC LIMIT 3";

constexpr const char* kTransactions =
    "SELECT t.trx_mysql_thread_id AS ID, p.USER, p.HOST, "
    "TIMESTAMPDIFF(SECOND, t.trx_started, NOW()) AS TIME, "
    "CONCAT('transaction with ', t.trx_rows_modified, ' changed rows') AS INFO "
    "FROM information_schema.innodb_trx t JOIN information_schema.processlist p "
    "ON p.ID = t.trx_mysql_thread_id WHERE t.trx_rows_modified > 0 "
    "AND p.USER NOT IN ('system user', 'event_scheduler') ORDER BY t.trx_started LIMIT 3";

constexpr const char* kLockHolders =
    "SELECT t.PROCESSLIST_ID AS ID, t.PROCESSLIST_USER AS USER, t.PROCESSLIST_HOST AS HOST, "
    "t.PROCESSLIST_TIME AS TIME, COALESCE(t.PROCESSLIST_INFO, CONCAT('lock ', m.LOCK_TYPE)) AS "
    "INFO "
    "FROM performance_schema.metadata_locks m JOIN performance_schema.threads t "
    "ON t.THREAD_ID = m.OWNER_THREAD_ID WHERE m.OBJECT_TYPE = 'GLOBAL' "
    "AND m.LOCK_STATUS = 'GRANTED' AND t.PROCESSLIST_ID <> CONNECTION_ID() LIMIT 3";

// Where nothing runs, somebody who sleeps holds LOCK TABLES; MariaDB does not say who.
constexpr const char* kSleepers =
    "SELECT ID, USER, HOST, TIME, 'idle, perhaps with LOCK TABLES' AS INFO "
    "FROM information_schema.processlist WHERE COMMAND = 'Sleep' "
    "AND USER <> SUBSTRING_INDEX(USER(), '@', 1) ORDER BY TIME DESC LIMIT 3";

// What somebody else's statement is, or what we say of a session.
enum class Told : std::uint8_t { kStatement, kOurWords };

void add(std::string& all, std::size_t& count, const Rows& rows, Told what) {
  for (std::size_t i = 0; i < rows.size() && count < kMost; ++i, ++count) {
    const std::string info = rows.text(i, {"INFO"});
    all += (all.empty() ? "" : "; ") +
           (what == Told::kStatement ? statement_without_values(info) : info) + " (" +
           rows.text(i, {"USER"}) + "@" + rows.text(i, {"HOST"}) + ", connection " +
           rows.text(i, {"ID"}) + ", " + rows.text(i, {"TIME"}) + " s)";
  }
}

}  // namespace

std::string who_blocks(Connection& server, Deadline deadline) {
  std::string all;
  std::size_t count = 0;
  const bool mariadb = server.server_version().find("MariaDB") != std::string::npos;
  const auto ask = [&](const char* sql, Told what) {
    if (count > 0) return;
    const Result r = server.query(sql, deadline);
    if (r.ok()) add(all, count, r.rows, what);
  };
  if (!mariadb) ask(kLockHolders, Told::kStatement);
  ask(kStatements, Told::kStatement);
  ask(kTransactions, Told::kOurWords);
  ask(kSleepers, Told::kOurWords);
  return all;
}

}  // namespace cutover
