// SPDX-License-Identifier: Apache-2.0
// Reads a server's binary log for certain transactions, in slices: SHOW BINLOG EVENTS holds up the
// server's writers as long as it runs, and a log may be long.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/databases/binlog/transactions.h"
#include "mod_cutover/cutoverd/databases/session/connection.h"

namespace cutover {

class LogSearch {
 public:
  // How a slice ended.
  enum class End : std::uint8_t {
    kEnough,   // the taker said so
    kSlice,    // its time is over; there is more to be read
    kNoMore,   // the log ends here, as it stands now
    kRefused,  // the server does not let it be read, or has not got it any more: `error`
    kSilent,   // no answer: `error`
  };
  struct Outcome {
    End end = End::kSilent;
    std::string error{};
  };
  // Gets each transaction that was searched for; true: that is enough.
  using Taker = std::function<bool(Transaction)>;

  // Finds where the first of `goal` stands at the earliest. Goes on from where it stopped before
  // where that is later, and all of `goal` comes after what was searched for before.
  Outcome begin(Connection& server, const GtidSpans& goal, Deadline deadline);
  // More came up meanwhile: true when it lies ahead, so that the search may go on.
  bool extend(const GtidSpans& goal);
  Outcome read(Connection& server, Deadline slice, Deadline deadline, const Taker& taker);

  // Where the event of a row of SHOW BINLOG EVENTS ends. MariaDB 11.8 says 0 of those inside a
  // transaction (binlog_legacy_event_pos): it is where the next begins. Nothing of a last row that
  // says 0: it is to be read again, with the next.
  static std::optional<std::uint64_t> end_of(const Rows& events, std::size_t row);

  // Whether the tables that a transaction depends on are such that it has no rows.
  static Outcome ask_about(Connection& server, Transaction& transaction, Deadline deadline);

  bool under_way() const { return under_way_; }
  void stop() { under_way_ = false; }
  Nanos spent() const { return spent_; }
  const GtidSpans& goal() const { return goal_; }
  // "binlog.000007 from 4711"
  std::string place() const { return file_ + " from " + std::to_string(at_); }

 private:
  Outcome files(Connection& server, Deadline deadline);
  // Whether some of `goal` stands in an earlier file than `file`.
  Outcome look_before(Connection& server, const std::string& file, const GtidSpans& goal,
                      bool& some, Deadline deadline);
  void forget_place();
  Outcome next_file(Connection& server, Deadline deadline);

  std::vector<std::string> files_;  // the oldest first
  GtidSpans goal_;
  std::string file_;
  std::uint64_t at_ = 0;
  bool newer_seen_ = false;  // there is a newer file, so this one grows no more
  bool under_way_ = false;
  TransactionReader reader_;
  Nanos spent_{0};
};

}  // namespace cutover
