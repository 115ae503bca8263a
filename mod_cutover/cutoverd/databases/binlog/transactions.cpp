// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/binlog/transactions.h"

#include <algorithm>
#include <array>
#include <utility>

#include "shared/words/harmless.h"

namespace cutover {
namespace {

bool is_query(const LogEvent& event) {
  return event.type == "Query" || event.type == "Query_compressed";
}

// By itself, or behind the session's schema.
bool is_word(const LogEvent& event, std::string_view word) {
  return event.info == word || event.info.ends_with("`; " + std::string(word));
}

bool is_rows(const LogEvent& event) {
  constexpr std::array kRows = {"Write_rows", "Update_rows", "Delete_rows"};
  return std::any_of(kRows.begin(), kRows.end(),
                     [&](std::string_view name) { return event.type.starts_with(name); });
}

// They say something of the events around them, and change nothing.
bool says_nothing(const LogEvent& event) {
  constexpr std::array kNone = {
      "Annotate_rows",     "Rows_query",      "Intvar", "RAND",           "User var", "Xid",
      "Format_desc",       "Gtid_list",       "Rotate", "Previous_gtids", "Stop",     "Heartbeat",
      "Binlog_checkpoint", "Start_encryption"};
  return std::find(kNone.begin(), kNone.end(), event.type) != kNone.end();
}

bool is_gtid(const LogEvent& event) {
  return event.type == "Anonymous_Gtid" ||
         (event.type.starts_with("Gtid") && event.type != "Gtid_list");
}

// MariaDB: "BEGIN GTID 0-2-4 cid=33"; MySQL: "SET @@SESSION.GTID_NEXT= 'UUID:5'".
std::string_view gtid_in(std::string_view info) {
  constexpr std::string_view kMark = "GTID ";
  std::size_t begin = info.find("NEXT= '");
  if (begin != std::string_view::npos) {
    info.remove_prefix(begin + 7);
    return info.substr(0, info.find('\''));
  }
  begin = info.rfind(kMark);
  if (begin == std::string_view::npos) return {};
  info.remove_prefix(begin + kMark.size());
  return info.substr(0, info.find(' '));
}

// "table_id: 18 (shop.w)"
TableName table_in(std::string_view info) {
  const std::size_t open = info.find('(');
  if (open == std::string_view::npos || !info.ends_with(')')) return {};
  info = info.substr(open + 1, info.size() - open - 2);
  const std::size_t dot = info.find('.');
  if (dot == std::string_view::npos || info.find('.', dot + 1) != std::string_view::npos) return {};
  return {std::string(info.substr(0, dot)), std::string(info.substr(dot + 1))};
}

}  // namespace

std::optional<Transaction> TransactionReader::take(const LogEvent& event, const GtidSpans& wanted) {
  if (!is_gtid(event)) return open_ ? go_on(event) : std::nullopt;
  // One that was not seen to end is not understood.
  auto unended = std::exchange(open_, std::nullopt);
  const auto gtid = parse_gtid(gtid_in(event.info));
  if (gtid && wanted.contains(*gtid)) begin(event);
  if (unended) unended->rows = true;
  return unended;
}

std::optional<Transaction> TransactionReader::take_any(const LogEvent& event) {
  if (!is_gtid(event)) {
    if (!open_ && says_nothing(event)) return std::nullopt;
    if (!open_) begin(event);
    return go_on(event);
  }
  auto unended = std::exchange(open_, std::nullopt);
  begin(event);
  if (unended) unended->rows = true;
  return unended;
}

std::optional<Transaction> TransactionReader::go_on(const LogEvent& event) {
  judge(event);
  if (!ends_with(event)) return std::nullopt;
  if (open_->statement.empty()) open_->statement = "an empty transaction";
  return std::exchange(open_, std::nullopt);
}

void TransactionReader::begin(const LogEvent& event) {
  const std::string_view text = gtid_in(event.info);
  open_ = Transaction{parse_gtid(text).value_or(NumberedGtid{}), std::string(text), false, {}, {}};
  mapped_ = false;
  grouped_ = event.info.starts_with("BEGIN");
  if (event.info.starts_with("XA")) {
    grouped_ = true;
    add({Holds::kRows, "an XA transaction"});
  }
}

void TransactionReader::judge(const LogEvent& event) {
  if (is_query(event)) {
    const Judged judged = judge_statement(event.info);
    if (judged.holds != Holds::kInTransaction) add(judged);
  } else if (event.type == "Table_map") {
    mapped_ = true;
    const TableName name = table_in(event.info);
    const std::string what = harmless("rows of " + name.schema + "." + name.table);
    add({is_apart(name.schema, name.table) ? Holds::kNothing : Holds::kRows, what,
         "SET SESSION sql_log_bin=0 before it"});
  } else if (is_rows(event) ? !mapped_ : !says_nothing(event)) {
    add({Holds::kRows, harmless("an event " + event.type)});
  }
}

void TransactionReader::add(const Judged& judged) {
  const bool rows = judged.holds == Holds::kRows;
  if (open_->statement.empty() || (rows && !open_->rows)) {
    open_->statement = judged.statement;
    open_->cure = judged.cure;
  }
  open_->rows |= rows;
  if (judged.holds == Holds::kIfMemory || judged.holds == Holds::kIfTemporary)
    open_->to_ask.push_back(judged);
}

bool TransactionReader::ends_with(const LogEvent& event) {
  if (event.type == "Xid" || event.type == "XA_prepare") return true;
  if (!is_query(event)) return false;
  if (is_word(event, "BEGIN")) {
    grouped_ = true;
    return false;
  }
  return !grouped_ || is_word(event, "COMMIT") || is_word(event, "ROLLBACK");
}

std::optional<GtidSpans> earlier_files(const LogEvent& event) {
  if (event.type == "Previous_gtids") return GtidSpans::of_set(event.info);
  if (event.type != "Gtid_list") return std::nullopt;
  std::string_view list = event.info;
  if (list.starts_with('[') && list.ends_with(']')) list = list.substr(1, list.size() - 2);
  return GtidSpans::up_to(list);
}

}  // namespace cutover
