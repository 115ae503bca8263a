// SPDX-License-Identifier: Apache-2.0
// What one database has written and the other lacks, and how to get at it afterwards.
#include "mod_cutover/cutoverd/databases/replication/replication.h"

namespace cutover {
namespace {

constexpr auto kLook = std::chrono::milliseconds(1000);

}  // namespace

Reading<Missing> RealReplication::missing(Side side) {
  const auto has = position(side);
  if (!has) return {std::nullopt, has.error};
  const Side writer = other(side);
  const Deadline deadline = Deadline::in(kLook);
  const auto session = at(writer).monitor(deadline);
  if (!session) return {std::nullopt, session.error};
  const Dialect& dialect = at(writer).dialect();
  if (is_by_file(*has)) return missing_by_file(writer, *has);
  const auto beyond = at(writer).named(dialect.own_beyond(**session, *has, deadline));
  if (!beyond) return {std::nullopt, beyond.error};
  if (beyond->empty()) return {Missing{}, {}};
  const Result log =
      query_any(**session, {"SHOW MASTER STATUS", "SHOW BINARY LOG STATUS"}, deadline);
  const std::string end =
      log.ok() && !log.rows.empty()
          ? "up to " + log.rows.text(0, {"File"}) + " position " + log.rows.text(0, {"Position"})
          : "(its end is not known: " + log.error + ")";
  return {Missing{*beyond, "in the binary log of " + at(writer).label() + " " + end + ": " +
                               dialect.dump_command(*has, *beyond)},
          {}};
}

// From where the other has applied its log, as the link tells: without one nothing does.
Reading<Missing> RealReplication::missing_by_file(Side writer, const Position& has) {
  const auto own = own_writes(writer, has);
  if (!own) return {std::nullopt, own.error};
  if (!own->rows) return {Missing{}, {}};
  const auto from = place_of(has, place_key(at(writer).identity()));
  if (!from) return {std::nullopt, at(writer).label() + ": " + own->counts};
  const std::string start = from->file + ":" + std::to_string(from->offset);
  return {Missing{"what was written from " + start + " on",
                  "in the binary log of " + at(writer).label() + ": " +
                      (at(writer).dialect().is_mariadb() ? "mariadb-binlog" : "mysqlbinlog") +
                      " --start-position=" + std::to_string(from->offset) + " " + from->file +
                      ", and the files after it"},
          {}};
}

}  // namespace cutover
