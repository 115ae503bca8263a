// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/binlog/log_search.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

namespace cutover {
namespace {

// So few that their statements, of which each may be long, can be kept and that no writer waits.
constexpr std::size_t kAtOnce = 100;
constexpr unsigned kDenied = 1227;
constexpr std::uint64_t kFirstEvent = 4;

LogSearch::Outcome failed(const Result& result) {
  if (result.unknown()) return {LogSearch::End::kSilent, result.error};
  std::string why = "its binary log cannot be read: " + result.error;
  if (result.number == kDenied)
    why += "; GRANT REPLICATION SLAVE (MariaDB: BINLOG MONITOR) ON *.* lets it be read";
  return {LogSearch::End::kRefused, why};
}

std::uint64_t number(const std::string& text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Result events(Connection& server, const std::string& file, std::uint64_t at, std::size_t count,
              Deadline deadline) {
  return server.query("SHOW BINLOG EVENTS IN " + sql_literal(file) + " FROM " + std::to_string(at) +
                          " LIMIT " + std::to_string(count),
                      deadline);
}

LogEvent event_of(const Rows& rows, std::size_t row) {
  return {rows.text(row, {"Event_type"}), rows.text(row, {"Info"})};
}

// Tables show themselves only to who has some right on them.
std::string tables_named(const TableName& name) {
  return "SELECT (SELECT COUNT(*) FROM information_schema.USER_PRIVILEGES WHERE "
         "GRANTEE = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''') AND "
         "PRIVILEGE_TYPE IN ('SELECT', 'REFERENCES')) AS seen, COUNT(*) AS found, MAX(ENGINE) AS e "
         "FROM information_schema.TABLES WHERE TABLE_SCHEMA = " +
         sql_literal(name.schema) + " AND TABLE_NAME = " + sql_literal(name.table);
}

}  // namespace

LogSearch::Outcome LogSearch::files(Connection& server, Deadline deadline) {
  const Result r = server.query("SHOW BINARY LOGS", deadline);
  if (!r.ok()) return failed(r);
  files_.clear();
  for (std::size_t i = 0; i < r.rows.size(); ++i) files_.push_back(r.rows.text(i, {"Log_name"}));
  if (files_.empty()) return {End::kRefused, "it has no binary log file"};
  return {End::kEnough};
}

LogSearch::Outcome LogSearch::look_before(Connection& server, const std::string& file,
                                          const GtidSpans& goal, bool& some, Deadline deadline) {
  const Result head = events(server, file, kFirstEvent, 4, deadline);
  if (!head.ok()) return failed(head);
  for (std::size_t i = 0; i < head.rows.size(); ++i) {
    const auto earlier = earlier_files(event_of(head.rows, i));
    if (!earlier) continue;
    some = goal.meets(*earlier);
    return {End::kEnough};
  }
  return {End::kRefused, file + " does not say what came before it"};
}

// By halves: what one file says of the earlier ones only grows.
LogSearch::Outcome LogSearch::begin(Connection& server, const GtidSpans& goal, Deadline deadline) {
  under_way_ = false;
  if (Outcome out = files(server, deadline); out.end != End::kEnough) return out;
  bool some = false;
  if (Outcome out = look_before(server, files_.front(), goal, some, deadline);
      out.end != End::kEnough)
    return out;
  if (some)
    return {End::kRefused, "what they are stood in binary log files before " + files_.front() +
                               ", which are not there any more"};
  std::size_t first = 0;  // none of it stands before this one
  for (std::size_t behind = files_.size(); behind - first > 1;) {
    const std::size_t middle = first + (behind - first) / 2;
    if (Outcome out = look_before(server, files_[middle], goal, some, deadline);
        out.end != End::kEnough)
      return out;
    (some ? behind : first) = middle;
  }
  const bool goes_on = file_ == files_[first] && goal.continues(goal_);
  if (!goes_on) {
    forget_place();
    file_ = files_[first];
  }
  goal_.add(goal);
  spent_ = Nanos{0};
  under_way_ = true;
  return {End::kEnough};
}

void LogSearch::forget_place() {
  under_way_ = newer_seen_ = false;
  file_.clear();
  at_ = kFirstEvent;
  reader_ = {};
  goal_ = {};
}

bool LogSearch::extend(const GtidSpans& goal) {
  GtidSpans more = goal;
  more.remove(goal_);
  if (!more.continues(goal_)) return false;
  goal_.add(more);
  return true;
}

LogSearch::Outcome LogSearch::read(Connection& server, Deadline slice, Deadline deadline,
                                   const Taker& taker) {
  const auto begin = std::chrono::steady_clock::now();
  const auto ended = [&](Outcome outcome) {
    spent_ += std::chrono::steady_clock::now() - begin;
    return outcome;
  };
  do {
    const Result r = events(server, file_, at_, kAtOnce, deadline);
    if (!r.ok()) return ended(failed(r));
    for (std::size_t i = 0; i < r.rows.size(); ++i) {
      const std::optional<std::uint64_t> end = end_of(r.rows, i);
      if (!end) break;
      if (*end <= at_)
        return ended({End::kRefused, "the events in " + file_ + " are out of order"});
      auto transaction = reader_.take(event_of(r.rows, i), goal_);
      if (transaction) {
        if (Outcome out = ask_about(server, *transaction, deadline); out.end != End::kEnough) {
          forget_place();  // its events have been read and it is not told of: once more
          return ended(out);
        }
      }
      at_ = *end;
      if (transaction && taker(std::move(*transaction))) return ended({End::kEnough});
    }
    if (r.rows.size() == kAtOnce) continue;
    if (Outcome out = next_file(server, deadline); out.end != End::kEnough) return ended(out);
  } while (!slice.over());
  return ended({End::kSlice});
}

std::optional<std::uint64_t> LogSearch::end_of(const Rows& events, std::size_t row) {
  const std::uint64_t said = number(events.text(row, {"End_log_pos"}));
  if (said != 0) return said;
  if (row + 1 == events.size()) return std::nullopt;
  return number(events.text(row + 1, {"Pos"}));
}

// What is said of temporary and MEMORY tables: see Holds.
LogSearch::Outcome LogSearch::ask_about(Connection& server, Transaction& transaction,
                                        Deadline deadline) {
  for (const Judged& judged : transaction.to_ask) {
    if (transaction.rows) break;
    const Result r = server.query(tables_named(judged.table), deadline);
    if (!r.ok()) return failed(r);
    const bool fine = judged.holds == Holds::kIfMemory ? r.rows.text(0, {"e"}) == "MEMORY"
                                                       : r.rows.text(0, {"found"}) == "0" &&
                                                             number(r.rows.text(0, {"seen"})) > 0;
    if (fine) continue;
    transaction.rows = true;
    transaction.statement = judged.statement;
  }
  return {End::kEnough};
}

// A file that is not the newest grows no more; but it may have grown since it was read.
LogSearch::Outcome LogSearch::next_file(Connection& server, Deadline deadline) {
  if (Outcome out = files(server, deadline); out.end != End::kEnough) return out;
  const auto here = std::find(files_.begin(), files_.end(), file_);
  if (here == files_.end()) return {End::kRefused, file_ + " is not there any more"};
  if (here + 1 == files_.end()) return {End::kNoMore};
  if (!std::exchange(newer_seen_, true)) return {End::kEnough};
  file_ = *(here + 1);
  at_ = kFirstEvent;
  newer_seen_ = false;
  return {End::kEnough};
}

}  // namespace cutover
