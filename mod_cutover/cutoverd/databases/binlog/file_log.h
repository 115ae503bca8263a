// SPDX-License-Identifier: Apache-2.0
// One server's own transactions where there are no GTIDs to tell them by: what its binary log has
// since a place, of its own server_id. The site's own thread's.
//
// What was read is kept, so that a log that has not grown costs nothing at the next look.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/databases/binlog/transactions.h"
#include "mod_cutover/cutoverd/databases/dialect/dialect.h"

namespace cutover {

class FileLog {
 public:
  // What `server` has written itself between its place in `position` and `has`, where it stands
  // now. Nothing while a longer search is under way; what cannot be told counts as rows. Settled
  // is `position` with the place up to which nothing of its own has rows.
  Reading<OwnWrites> look(Connection& server, const Identity& identity, const Position& position,
                          const Position& has, Deadline deadline);
  // Whether it has logged something of the other's since that place. Without log_slave_updates it
  // logs none.
  bool has_of_others() const { return of_others_; }

 private:
  void begin(const std::string& server, const LogPlace& since);
  // Reads on, up to `end`; the answer is why it is not there yet.
  std::optional<std::string> read(Connection& server, std::uint64_t server_id, const LogPlace& end,
                                  Deadline deadline);
  std::optional<std::string> take(Connection& server, const Rows& rows, std::uint64_t server_id,
                                  Deadline deadline);
  std::optional<std::string> next_file(Connection& server, Deadline deadline);
  void keep(const Transaction& transaction);
  OwnWrites answer() const;

  std::string server_;
  LogPlace since_;
  LogPlace at_;  // all before it has been read
  TransactionReader reader_;
  std::string rows_;  // the first transaction with some, or why it cannot be told
  std::vector<std::string> harmless_;
  std::vector<std::string> cures_;
  std::size_t more_ = 0;
  bool of_others_ = false;
};

}  // namespace cutover
