// SPDX-License-Identifier: Apache-2.0
// The longest running writers, open transactions with changes, and on MySQL holders of table locks.
#include "mod_cutover/cutoverd/databases/server/who_blocks.h"

#include <algorithm>
#include <cctype>

namespace cutover {
namespace {

constexpr std::size_t kLongest = 100;
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

void add(std::string& all, std::size_t& count, const Rows& rows) {
  for (std::size_t i = 0; i < rows.size() && count < kMost; ++i, ++count) {
    all += (all.empty() ? "" : "; ") + digest(rows.text(i, {"INFO"})) + " (" +
           rows.text(i, {"USER"}) + "@" + rows.text(i, {"HOST"}) + ", connection " +
           rows.text(i, {"ID"}) + ", " + rows.text(i, {"TIME"}) + " s)";
  }
}

}  // namespace

std::string digest(const std::string& statement) {
  std::string out;
  char quote = 0;
  for (std::size_t i = 0; i < statement.size() && out.size() < kLongest; ++i) {
    const char c = statement[i];
    if (quote != 0) {
      if (c == '\\') {
        ++i;
      } else if (c == quote) {
        quote = 0;
        out += '?';
      }
      continue;
    }
    if (c == '\'' || c == '"') {
      quote = c;
    } else if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else {
      out += c;
    }
  }
  if (out.size() >= kLongest) out += "...";
  return out;
}

std::string who_blocks(Connection& server, Deadline deadline) {
  std::string all;
  std::size_t count = 0;
  const bool mariadb = server.server_version().find("MariaDB") != std::string::npos;
  for (const char* sql :
       {mariadb ? nullptr : kLockHolders, kStatements, kTransactions, kSleepers}) {
    if (sql == nullptr || count > 0) continue;
    const Result r = server.query(sql, deadline);
    if (r.ok()) add(all, count, r.rows);
  }
  return all;
}

}  // namespace cutover
