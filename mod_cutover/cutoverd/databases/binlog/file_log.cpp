// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/binlog/file_log.h"

#include <algorithm>
#include <charconv>

#include "mod_cutover/cutoverd/databases/binlog/log_search.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kSlice = 200ms;
// SHOW BINLOG EVENTS holds up the server's writers as long as it runs.
constexpr std::size_t kAtOnce = 200;
constexpr std::size_t kNamed = 5;
constexpr unsigned kNoSuchPlace = 1220;
constexpr std::uint64_t kFirstEvent = 4;

std::uint64_t number(const std::string& text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string text_of(const LogPlace& place) {
  return place.file + " from " + std::to_string(place.offset);
}

}  // namespace

Reading<OwnWrites> FileLog::look(Connection& server, const Identity& identity,
                                 const Position& position, const Position& has, Deadline deadline) {
  const std::string key = place_key(identity);
  const auto since = place_of(position, key);
  const auto end = place_of(has, key);
  if (!end) return {std::nullopt, "where its binary log ends cannot be read"};
  if (!since && places_in(position).size() > 1)
    return {OwnWrites{true, "it is another server than the one that was known: " + position}, {}};
  if (!since) return {std::nullopt, "where its binary log ended at " + position + " is not known"};
  const auto order = *end <=> *since;
  if (order == std::partial_ordering::unordered)
    return {OwnWrites{true, "its binary log has another name since " + text_of(*since)}, {}};
  if (std::is_lt(order)) return {OwnWrites{}, {}};  // it lacks some: others ask for that
  if (key != server_ || !(since_ == *since)) begin(key, *since);
  if (rows_.empty() && (at_ < *end || reader_.has_begun()))
    if (const auto later = read(server, identity.server_id, *end, deadline))
      return {std::nullopt, "its binary log is read: " + *later};
  OwnWrites own = answer();
  if (!own.rows) own.settled = with_place(position, {key, at_});
  return {std::move(own), {}};
}

void FileLog::begin(const std::string& server, const LogPlace& since) {
  *this = FileLog();
  server_ = server;
  since_ = at_ = since;
}

std::optional<std::string> FileLog::read(Connection& server, std::uint64_t server_id,
                                         const LogPlace& end, Deadline deadline) {
  const Deadline slice = deadline.within(kSlice);
  while (rows_.empty() && (at_ < end || reader_.has_begun())) {
    if (slice.over()) return text_of(at_);
    const Result r =
        server.query("SHOW BINLOG EVENTS IN " + sql_literal(at_.file) + " FROM " +
                         std::to_string(at_.offset) + " LIMIT " + std::to_string(kAtOnce),
                     deadline);
    if (r.number == kNoSuchPlace) {
      rows_ = "its binary log from " + text_of(at_) + " on is not there any more";
      return std::nullopt;
    }
    if (!r.ok()) return r.error;
    if (const auto why = take(server, r.rows, server_id, deadline)) return why;
    if (r.rows.size() == kAtOnce || !rows_.empty()) continue;
    if (at_.file == end.file) {
      // What was not there yet a moment ago is read at the next look.
      if (at_ < end) return text_of(at_);
      if (reader_.has_begun())
        rows_ = "a transaction before " + text_of(at_) + " that does not end";
      continue;
    }
    if (const auto why = next_file(server, deadline)) return why;
  }
  return std::nullopt;
}

std::optional<std::string> FileLog::take(Connection& server, const Rows& rows,
                                         std::uint64_t server_id, Deadline deadline) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::optional<std::uint64_t> event_end = LogSearch::end_of(rows, i);
    if (!event_end) break;
    const LogPlace next{at_.file, *event_end};
    const LogEvent event{rows.text(i, {"Event_type"}), rows.text(i, {"Info"})};
    const bool own = number(rows.text(i, {"Server_id"})) == server_id;
    if (!own && event.type != "Rotate") of_others_ = true;
    auto transaction = own ? reader_.take_any(event) : std::nullopt;
    if (transaction) {
      const auto asked = LogSearch::ask_about(server, *transaction, deadline);
      if (asked.end != LogSearch::End::kEnough) {
        begin(server_, since_);  // its events have been read and it is not told of: once more
        return asked.error;
      }
      keep(*transaction);
    }
    if (next > at_) at_ = next;
    if (!rows_.empty()) break;
  }
  return std::nullopt;
}

void FileLog::keep(const Transaction& transaction) {
  const std::string named =
      transaction.statement + " (before " + at_.file + ":" + std::to_string(at_.offset) + ")";
  if (transaction.rows) {
    rows_ = named;
    return;
  }
  if (harmless_.size() == kNamed) {
    ++more_;
    return;
  }
  harmless_.push_back(named);
  const bool known = std::find(cures_.begin(), cures_.end(), transaction.cure) != cures_.end();
  if (!transaction.cure.empty() && !known) cures_.push_back(transaction.cure);
}

std::optional<std::string> FileLog::next_file(Connection& server, Deadline deadline) {
  const Result r = server.query("SHOW BINARY LOGS", deadline);
  if (!r.ok()) return r.error;
  for (std::size_t i = 0; i + 1 < r.rows.size(); ++i) {
    if (r.rows.text(i, {"Log_name"}) != at_.file) continue;
    at_ = {r.rows.text(i + 1, {"Log_name"}), kFirstEvent};
    return std::nullopt;
  }
  rows_ = "its binary log from " + text_of(at_) + " on is not there any more";
  return std::nullopt;
}

OwnWrites FileLog::answer() const {
  if (!rows_.empty()) return {true, rows_};
  OwnWrites own;
  own.harmless = harmless_;
  own.cures = cures_;
  if (more_ > 0) own.harmless.push_back("and " + std::to_string(more_) + " more");
  return own;
}

}  // namespace cutover
