// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/server/who_is_busy.h"

#include <limits>

namespace cutover {
namespace {

using Names = std::vector<std::string>;

// InnoDB's table of transactions is a copy, which is made anew where nobody has read it for 100 ms:
// whoever reads it more often sees the same for ever.
constexpr auto kCopyLasts = std::chrono::milliseconds(110);

// Not our own account's, not replication's. A statement that has run for longer belongs to no
// request that was answered lately.
constexpr const char* kSessions =
    "SELECT ID, USER, HOST, IF(COMMAND = 'Sleep', 'idle', 'runs a statement') AS INFO "
    "FROM information_schema.processlist WHERE USER <> SUBSTRING_INDEX(USER(), '@', 1) "
    "AND USER NOT IN ('system user', 'event_scheduler', 'unauthenticated user') "
    "AND COMMAND IN ('Sleep', 'Query', 'Execute', 'Prepare', 'Init DB', 'Field List') "
    "AND ((COMMAND <> 'Sleep' AND TIME < 10) OR ID >= ";

constexpr const char* kTransactions =
    "SELECT p.ID, p.USER, p.HOST, 'in a transaction' AS INFO "
    "FROM information_schema.innodb_trx t JOIN information_schema.processlist p "
    "ON p.ID = t.trx_mysql_thread_id WHERE (t.trx_rows_modified > 0 OR t.trx_rows_locked > 0) "
    "AND p.USER <> SUBSTRING_INDEX(USER(), '@', 1) "
    "AND p.USER NOT IN ('system user', 'event_scheduler') LIMIT 1000";

Reading<Names> asked(Connection& server, const std::string& sql, Deadline deadline) {
  const Result r = server.query(sql, deadline);
  if (!r.ok()) return {std::nullopt, r.error};
  Names found;
  for (std::size_t i = 0; i < r.rows.size(); ++i)
    found.push_back(r.rows.text(i, {"USER"}) + "@" + r.rows.text(i, {"HOST"}) + " (connection " +
                    r.rows.text(i, {"ID"}) + ", " + r.rows.text(i, {"INFO"}) + ")");
  return {found, {}};
}

}  // namespace

Reading<Names> WhoIsBusy::look(Connection& server, std::uint64_t connections, Deadline deadline) {
  constexpr auto kNone = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const std::string fresh = std::to_string(connections == 0 ? kNone : connections);
  Reading<Names> found = asked(server, kSessions + fresh + ") ORDER BY ID LIMIT 1000", deadline);
  if (!found || !found->empty()) return found;
  const auto now = std::chrono::steady_clock::now();
  if (now < again_) return {in_transactions_, {}};
  found = asked(server, kTransactions, deadline);
  again_ = std::chrono::steady_clock::now() + kCopyLasts;
  in_transactions_ = found ? *found : Names{};
  return found;
}

}  // namespace cutover
