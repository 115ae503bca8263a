// SPDX-License-Identifier: Apache-2.0
// What the statements are sent through, and what comes back. No client library in here: the
// dialects and checks above it can be tried without a server.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/protocol/ports.h"

namespace cutover {

class Deadline {
 public:
  static Deadline in(Nanos limit) { return Deadline(std::chrono::steady_clock::now() + limit); }
  Nanos left() const { return at_ - std::chrono::steady_clock::now(); }
  bool over() const { return left() <= Nanos::zero(); }
  // The earlier of this and `limit` from now.
  Deadline within(Nanos limit) const {
    const Deadline other = in(limit);
    return other.at_ < at_ ? other : *this;
  }

 private:
  explicit Deadline(std::chrono::steady_clock::time_point at) : at_(at) {}
  std::chrono::steady_clock::time_point at_;
};

// A result, small enough to be kept whole. Columns are found by name, under any of the spellings
// that the vendors and their versions use.
class Rows {
 public:
  using Row = std::vector<std::optional<std::string>>;

  Rows() = default;
  Rows(std::vector<std::string> columns, std::vector<Row> rows)
      : columns_(std::move(columns)), rows_(std::move(rows)) {}

  const std::vector<std::string>& columns() const { return columns_; }
  std::size_t size() const { return rows_.size(); }
  bool empty() const { return rows_.empty(); }
  // Nothing for NULL, for a column that is not there and for a row that is not there.
  std::optional<std::string> get(std::size_t row,
                                 std::initializer_list<std::string_view> spellings) const;
  std::optional<std::string> at(std::size_t row, std::size_t column) const;
  std::string text(std::size_t row, std::initializer_list<std::string_view> spellings) const {
    return get(row, spellings).value_or(std::string());
  }

 private:
  std::vector<std::string> columns_;
  std::vector<Row> rows_;
};

struct Result {
  enum class Kind : std::uint8_t { kOk, kRefused, kTimedOut, kLost };
  Kind kind = Kind::kLost;
  Rows rows;
  unsigned number = 0;  // the server's or the library's error number
  std::string error;    // in words, with the server's name, never with a credential

  bool ok() const { return kind == Kind::kOk; }
  // No answer: whether the statement took effect, or still will, is not known.
  bool unknown() const { return kind == Kind::kTimedOut || kind == Kind::kLost; }
};

class Connection {
 public:
  virtual ~Connection() = default;
  // After kTimedOut and kLost the connection is finished: every later query answers kLost.
  virtual Result query(const std::string& sql, Deadline deadline) = 0;
  virtual bool usable() const = 0;
  // Takes leave, so that the server counts and logs no connection as aborted. For one that has just
  // answered; it is finished then.
  virtual void end() = 0;
  virtual std::uint64_t id() const = 0;  // the server's own number of it
  virtual const std::string& server_version() const = 0;
};

// The first of several spellings that the server understands (error 1064 means it does not).
Result query_any(Connection& connection, std::initializer_list<std::string_view> spellings,
                 Deadline deadline);

// 'text' as a literal; for sessions whose sql_mode is empty, as ours are.
std::string sql_literal(std::string_view text);

}  // namespace cutover
