// SPDX-License-Identifier: Apache-2.0
// The binary log's events put together to transactions, and what each of them holds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/databases/binlog/statement.h"
#include "mod_cutover/cutoverd/databases/dialect/gtid_spans.h"

namespace cutover {

// A row of SHOW BINLOG EVENTS.
struct LogEvent {
  std::string type;
  std::string info;
};

struct Transaction {
  NumberedGtid gtid;
  std::string text;  // of the GTID
  bool rows = false;
  std::string statement;  // the first, of those that count where there are such
  std::string cure;
  std::vector<Judged> to_ask{};  // without rows only if the server says so of these tables
};

class TransactionReader {
 public:
  // The next event of the log, in its order. Answers a transaction of `wanted` that ends with it.
  std::optional<Transaction> take(const LogEvent& event, const GtidSpans& wanted);
  // The same of any transaction, with a GTID or without.
  std::optional<Transaction> take_any(const LogEvent& event);
  // Whether it is in the middle of one.
  bool has_begun() const { return open_.has_value(); }

 private:
  void begin(const LogEvent& event);
  std::optional<Transaction> go_on(const LogEvent& event);
  void judge(const LogEvent& event);
  void add(const Judged& judged);
  bool ends_with(const LogEvent& event);

  std::optional<Transaction> open_;  // a wanted one that is being read
  bool grouped_ = false;             // it began with a BEGIN: it ends with a COMMIT
  bool mapped_ = false;              // the table of the next row event has been seen
};

// What stands near the beginning of each log file: all that earlier ones hold.
std::optional<GtidSpans> earlier_files(const LogEvent& event);

}  // namespace cutover
