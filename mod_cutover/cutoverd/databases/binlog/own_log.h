// SPDX-License-Identifier: Apache-2.0
// One server's own transactions, judged by what its binary log has of them.
//
// What was read is kept: transactions never change. So an unchanged set of them costs nothing at
// the next look, and a search goes on where its last slice ended. The site's own thread's.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/databases/binlog/log_search.h"
#include "mod_cutover/cutoverd/databases/dialect/dialect.h"

namespace cutover {

class OwnLog {
 public:
  // What `server` has written itself beyond `position`. Nothing while a longer search is under way;
  // where the log cannot tell, all of it counts as rows.
  Reading<OwnWrites> look(Connection& server, const Dialect& dialect, const Identity& identity,
                          const Position& position, Deadline deadline);
  // The same where it is known which those are: own_beyond() of the dialect.
  Reading<OwnWrites> tell(Connection& server, const Dialect& dialect, const Identity& identity,
                          const Position& position, const Position& beyond, Deadline deadline);

 private:
  using Moment = std::chrono::steady_clock::time_point;
  struct Failure {
    GtidSpans unknown;  // what cannot be told
    std::string why;
    Moment until;
  };

  // Judges `wanted` in one slice, until that is decided: one with rows, all without, or `failure_`.
  // The answer is why it is not yet.
  std::optional<std::string> judge(Connection& server, const GtidSpans& wanted, bool mariadb,
                                   Deadline deadline);
  bool has_rows(const GtidSpans& wanted) const;
  OwnWrites answer(const GtidSpans& wanted, const Position& beyond) const;

  Identity identity_;
  GtidSpans judged_;
  std::vector<Transaction> found_;  // of the judged, in the order of the log
  LogSearch search_;
  std::optional<Failure> failure_;
  std::optional<Moment> in_vain_since_;
};

// `position` with the own GTIDs `beyond`, as own_beyond() of the dialect has them.
Position with_own(const Position& position, const Position& beyond, bool mariadb);
// `position` with those of `origin` in `given_up`. Of MariaDB alone: MySQL tells a link by itself.
Position with_those_of(const Identity& origin, const Position& position, const Position& given_up,
                       bool mariadb);

}  // namespace cutover
