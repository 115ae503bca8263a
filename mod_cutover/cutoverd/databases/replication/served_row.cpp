// SPDX-License-Identifier: Apache-2.0
// What a server remembers of who serves: one row for each pair of servers that it was one of. It is
// in no binary log: a transaction of ours would pass for a write of the new server's, and take the
// way back without a link away. So the other server has no copy of it, and needs none: the highest
// row of both counts. The table it is in goes by replication from old to new: the first switch,
// with requests held, then finds it there.
#include <charconv>

#include "mod_cutover/cutoverd/databases/replication/replication.h"

namespace cutover {
namespace {

constexpr unsigned kAccessDenied = 1044;
constexpr unsigned kNoSuchSchema = 1049;
constexpr unsigned kTableDenied = 1142;
constexpr unsigned kNoSuchTable = 1146;
constexpr unsigned kReadOnly = 1290;

std::string row_of(const ServerPair& pair) {
  return "old_server = " + sql_literal(pair.old_server) +
         " AND new_server = " + sql_literal(pair.new_server);
}

// An account that may not read it could not write it either.
bool means_none(unsigned error) {
  return error == kNoSuchTable || error == kNoSuchSchema || error == kTableDenied ||
         error == kAccessDenied;
}

constexpr const char* kUnlogged = "SET SESSION sql_log_bin=0";
constexpr const char* kLogged = "SET SESSION sql_log_bin=1";

}  // namespace

std::vector<Spellings> RealReplication::steps_to_make_table(Side server) {
  return {{server == Side::kOld ? kLogged : kUnlogged},
          {"CREATE DATABASE IF NOT EXISTS mod_cutover"},
          {"CREATE TABLE IF NOT EXISTS mod_cutover.served ("
           "old_server VARCHAR(64) NOT NULL, new_server VARCHAR(64) NOT NULL, "
           "epoch BIGINT UNSIGNED NOT NULL, serves VARCHAR(8) NOT NULL, "
           "since TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, "
           "PRIMARY KEY (old_server, new_server)) ENGINE=InnoDB CHARACTER SET ascii"},
          {kUnlogged}};
}

// A server that is read-only for all, as a fenced MySQL is, keeps the row: it is of a pair of
// servers that no site has any more, and says less than the other's did.
Answer RealReplication::forget_row(Server& server, const ServerPair& pair, Deadline deadline) {
  if (const Commanded quiet = server.command({kUnlogged}, deadline); !quiet.ok())
    return Answer::no(quiet.result.error);
  const Commanded sent =
      server.command({"DELETE FROM mod_cutover.served WHERE " + row_of(pair)}, deadline);
  server.command({kLogged}, deadline);
  if (sent.ok() || means_none(sent.result.number)) return Answer::yes();
  if (sent.result.number == kReadOnly)
    return {Answer::Kind::kDone, server.label() + " is read-only and keeps its row in " +
                                     "mod_cutover.served, which does no harm"};
  return Answer::no(server.label() + " keeps its row in mod_cutover.served: " + sent.result.error);
}

Result RealReplication::ask_row(Side side, const ServerPair& pair, Deadline deadline) {
  const auto session = at(side).monitor(deadline);
  if (!session) return {Result::Kind::kRefused, {}, 0, session.error};
  return (*session)->query("SELECT epoch, serves FROM mod_cutover.served WHERE " + row_of(pair),
                           deadline);
}

bool RealReplication::lacks_table(Side side, const ServerPair& pair, Deadline deadline) {
  return means_none(ask_row(side, pair, deadline).number);
}

Reading<std::optional<Served>> RealReplication::remembered(Side side, const ServerPair& pair) {
  const Result r = ask_row(side, pair, Deadline::in(std::chrono::seconds(1)));
  if (means_none(r.number)) return {std::optional<Served>{}, {}};
  if (!r.ok()) return {std::nullopt, r.error};
  if (r.rows.empty()) return {std::optional<Served>{}, {}};
  Served served;
  const std::string epoch = r.rows.at(0, 0).value_or("");
  const auto [end, error] =
      std::from_chars(epoch.data(), epoch.data() + epoch.size(), served.epoch);
  const auto serves = side_named(r.rows.at(0, 1).value_or(""));
  if (error != std::errc{} || end != epoch.data() + epoch.size() || !serves)
    return {std::nullopt, at(side).label() + ": the row in mod_cutover.served is not understood"};
  served.side = *serves;
  return {std::optional(served), {}};
}

Answer RealReplication::remember(Side side, const ServerPair& pair, const Served& served,
                                 Nanos limit) {
  const Deadline deadline = Deadline::in(limit);
  Server& server = at(side);
  if (const Answer ready = server.ensure_command(deadline); !ready.done()) return ready;
  // Four more answers are needed; who waits for them might have to be told that one did not come.
  if (deadline.left() < limit * 3 / 4)
    return Answer::no(server.label() + " takes too long for each answer");
  const std::vector<Spellings> steps = steps_to_remember(pair, served);
  const Commanded quiet = server.command(steps[0], deadline);
  if (!quiet.ok()) return Answer::no(quiet.result.error);
  Commanded sent = server.command(steps[1], deadline);
  if (means_none(sent.result.number)) {
    for (const Spellings& step : steps_to_make_table(side))
      if (sent = server.command(step, deadline); !sent.ok()) break;
    if (sent.ok()) sent = server.command(steps[1], deadline);
  }
  server.command(steps[2], deadline);
  return sent.ok() ? Answer::yes() : Answer::no(sent.result.error);
}

std::vector<Spellings> RealReplication::steps_to_remember(const ServerPair& pair,
                                                          const Served& served) {
  return {{kUnlogged},
          {"REPLACE INTO mod_cutover.served (old_server, new_server, epoch, serves) VALUES (" +
           sql_literal(pair.old_server) + ", " + sql_literal(pair.new_server) + ", " +
           std::to_string(served.epoch) + ", " + sql_literal(name(served.side)) + ")"},
          {kLogged}};
}

}  // namespace cutover
