// SPDX-License-Identifier: Apache-2.0
// A server that answers anything: what it says is taken for what it is, and what cannot be
// understood is an error, never a no and never a yes.
#include <algorithm>
#include <set>

#include "mod_cutover/cutoverd/databases/dialect/dialect.h"
#include "mod_cutover/cutoverd/databases/dialect/gtid_list.h"
#include "shared/words/without_values.h"
#include "tests/fuzz/fuzz.h"

namespace cutover::fuzz {
namespace {

using Cell = std::optional<std::string>;

// Answers every question with the same rows.
class Parrot final : public Connection {
 public:
  explicit Parrot(Rows rows) : rows_(std::move(rows)) {}
  Result query(const std::string& sql, Deadline) override {
    last = sql;
    if (++asked_ > 50) return {Result::Kind::kLost, {}, 2013, "gone"};
    return {Result::Kind::kOk, rows_, 0, {}};
  }
  void end() override {}
  bool usable() const override { return true; }
  std::uint64_t id() const override { return 7; }
  const std::string& server_version() const override { return version_; }
  std::string last;

 private:
  Rows rows_;
  int asked_ = 0;
  std::string version_ = "8.0.21";
};

std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  for (;;) {
    const std::size_t end = std::min(line.find('|'), line.size());
    cells.emplace_back(line.substr(0, end));
    if (end == line.size()) return cells;
    line.remove_prefix(end + 1);
  }
}

// The first line names the columns, each further one is a row; NULL is NULL.
Rows rows_of(std::string_view text) {
  std::vector<std::string> columns = cells_of(next_line(text));
  std::vector<Rows::Row> rows;
  while (!text.empty() && rows.size() < 20) {
    Rows::Row row;
    for (std::string& cell : cells_of(next_line(text)))
      row.push_back(cell == "NULL" ? Cell() : Cell(std::move(cell)));
    rows.push_back(std::move(row));
  }
  return {std::move(columns), std::move(rows)};
}

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

void channels_are_as_told(const Rows& rows) {
  const auto channels = channels_of(rows);
  std::size_t named = 0;
  for (std::size_t i = 0; i < rows.size(); ++i)
    named += rows.text(i, {"Source_Host", "Master_Host"}).empty() ? 0 : 1;
  promise(channels.size() == named, "every row with a source is a channel");
  for (const Channel& c : channels) {
    promise(c.running() == (c.io == "Yes" && c.sql == "Yes"), "only two times Yes runs");
    promise(c.source.server_id < (std::uint64_t{1} << 63), "a negative server_id is none");
  }
}

void writable_is_known_or_an_error(const Dialect& dialect, const Rows& rows) {
  Parrot server(rows);
  const auto writable = dialect.writable(server, Deadline::in(std::chrono::seconds(1)));
  if (!writable) {
    promise(!writable.error.empty(), "what is unknown says why");
    return;
  }
  const Cell first = rows.at(0, 0);
  const Cell second = rows.at(0, 1);
  static const std::set<std::string> kClosed = {"1", "ON", "NO_LOCK", "NO_LOCK_NO_ADMIN"};
  static const std::set<std::string> kOpen = {"0", "OFF"};
  promise(first.has_value() && (kClosed.contains(*first) || kOpen.contains(*first)),
          "an unknown read_only is neither open nor closed");
  if (*writable == Writable::kNo) promise(kClosed.contains(*first), "closed is what says so");
  if (*writable == Writable::kYes) promise(kOpen.contains(*first), "open is what says so");
  if (!dialect.is_mariadb() && *writable != Writable::kPartly)
    promise(second.has_value() && kClosed.contains(*second) == kClosed.contains(*first),
            "with MySQL both variables say so");
}

void position_is_one(const Dialect& dialect, const Rows& rows) {
  const Deadline deadline = Deadline::in(std::chrono::seconds(1));
  Parrot server(rows);
  const auto position = dialect.position(server, deadline);
  if (!position) return;
  promise(!position->empty() && position->find_first_of(" '\"\\;\n\r") == std::string::npos,
          "a position can stand in a statement: " + *position);
  if (dialect.is_mariadb()) promise(parse_gtids(*position).has_value(), "and is a list of GTIDs");
}

void beyond_is_known_or_an_error(const Dialect& dialect, const Rows& rows) {
  Parrot server(rows);
  const std::string position = dialect.is_mariadb() ? "0-1-50" : "aa-bb:1-50";
  const auto beyond = dialect.own_beyond(server, position, Deadline::in(std::chrono::seconds(1)));
  if (beyond && beyond->empty())
    for (const std::size_t column : {0U, 1U})
      promise(rows.at(0, column).has_value(), "no own writes: only where the server said so");
}

void applied_is_what_was_said(const Dialect& dialect, const Rows& rows) {
  const std::string position = dialect.is_mariadb() ? "0-1-50" : "aa-bb:1-50";
  Parrot server(rows);
  const auto applied = dialect.has_applied(server, position, Deadline::in(std::chrono::seconds(1)));
  Parrot waiting(rows);
  const Answer waited = dialect.wait_applied(waiting, position, Nanos(-1));
  if (dialect.is_mariadb()) {
    if (!applied || !*applied) promise(!waited.done(), "both ways of asking agree");
    const GtidList logged = parse_gtids(rows.at(0, 2).value_or("?")).value_or(GtidList());
    GtidList heard = parse_gtids(rows.at(0, 1).value_or("?")).value_or(GtidList());
    heard.insert(heard.end(), logged.begin(), logged.end());
    const bool there = std::any_of(heard.begin(), heard.end(), [](const Gtid& g) {
      return g.domain == 0 && g.server == 1 && g.sequence >= 50;
    });
    if (applied && *applied) promise(there, "it is applied only where a position says so");
  } else {
    if (applied && *applied) promise(rows.at(0, 0) == "1", "GTID_SUBSET said 1");
    if (waited.done()) promise(rows.at(0, 0) == "0", "the wait said 0");
  }
}

void identity_is_a_number(const Dialect& dialect, const Rows& rows) {
  Parrot server(rows);
  const auto identity = dialect.identity(server, Deadline::in(std::chrono::seconds(1)));
  if (!identity || identity->server_id == 0) return;
  promise(is_number(rows.at(0, 0).value_or("")), "half a number is no server_id");
}

// The statement as a server reads it: every literal taken out, and `inside` what they held.
std::string outside_of_literals(const std::string& sql, std::vector<std::string>& inside) {
  std::string outside;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (sql[i] != '\'') {
      outside += sql[i];
      continue;
    }
    std::string text;
    for (++i; i < sql.size() && sql[i] != '\''; ++i) {
      if (sql[i] == '\\' && ++i < sql.size())
        text += sql[i] == '0' ? '\0' : sql[i];
      else
        text += sql[i];
    }
    promise(i < sql.size(), "a literal has an end: " + sql);
    inside.push_back(text);
    outside += '?';
  }
  return outside;
}

void statements_hold_any_text(const Dialect& dialect, const std::string& text) {
  LinkSource tame{"h", 3306, "u", "p", true, "c"};
  LinkSource wild{text, 3306, text, text, true, "c"};
  const std::string position = dialect.is_mariadb() ? "0-1-50" : "aa-bb:1-50";
  const auto expected = dialect.link(tame, position);
  const auto built = dialect.link(wild, position);
  for (std::size_t i = 0; i < built.size(); ++i) {
    for (std::size_t j = 0; j < built[i].size(); ++j) {
      std::vector<std::string> ours, theirs;
      promise(outside_of_literals(built[i][j], ours) == outside_of_literals(expected[i][j], theirs),
              "a password is a literal and nothing else");
      for (std::size_t k = 0; k < ours.size(); ++k)
        promise(ours[k] == text || ours[k] == theirs[k], "and the one that was given");
    }
  }
  statement_without_values(text);
  error_without_values(text);
}

}  // namespace

void replica_rows(std::string_view input) {
  const auto dialect = !input.empty() && input[0] == 'm' ? mariadb_dialect() : mysql_dialect();
  next_line(input);
  const Rows rows = rows_of(input);
  channels_are_as_told(rows);
  writable_is_known_or_an_error(*dialect, rows);
  position_is_one(*dialect, rows);
  beyond_is_known_or_an_error(*dialect, rows);
  applied_is_what_was_said(*dialect, rows);
  identity_is_a_number(*dialect, rows);
  statements_hold_any_text(*dialect, std::string(input));
}

}  // namespace cutover::fuzz

CUTOVER_FUZZER(replica_rows)
