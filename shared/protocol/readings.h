// SPDX-License-Identifier: Apache-2.0
// What the ports answer: what was done, what was read of the two databases, what would be sent to
// them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "shared/protocol/side.h"

namespace cutover {

// The outcome of something that was to be done.
//   kDone     proved by reading it back
//   kFailed   known not to have happened (or not yet); `why` in words for the operator
//   kUnknown  no answer in time: it may or may not have happened
struct Answer {
  enum class Kind : std::uint8_t { kDone, kFailed, kUnknown };
  Kind kind = Kind::kUnknown;
  std::string why;

  bool done() const { return kind == Kind::kDone; }
  static Answer yes() { return {Kind::kDone, {}}; }
  static Answer no(std::string why) { return {Kind::kFailed, std::move(why)}; }
  static Answer unknown(std::string why) { return {Kind::kUnknown, std::move(why)}; }
};

// Something that was read, or why it could not be.
template <typename T>
struct Reading {
  std::optional<T> value;
  std::string error;  // when there is no value

  explicit operator bool() const { return value.has_value(); }
  const T& operator*() const { return *value; }
  const T* operator->() const { return &*value; }
};

// A replication position in its server's own notation (a GTID list). Never empty when valid: both
// vendors' waits report success for an empty one.
using Position = std::string;

// What `SHOW REPLICA STATUS` and its relatives say of the link into a server, all channels taken
// together.
struct LinkState {
  bool configured = false;
  bool receiving = false;                      // IO thread Yes
  bool applying = false;                       // SQL thread(s) Yes
  bool from_the_other = false;                 // its source is the site's other server, by identity
  std::string error;                           // last IO or SQL error, or what is wrong in words
  std::optional<std::int64_t> seconds_behind;  // information only: it lies
};

// One life of a server, as the session that looks at it tells.
struct ServerLife {
  std::string server;                // which one it is: MySQL's server_uuid, MariaDB's server_id
  std::uint64_t session = 0;         // that session's number; a server counts from its start
  std::uint64_t session_serial = 0;  // and ours: another one where it had to be opened anew
  std::uint64_t connections = 0;     // how many the server has counted, or less
};

// Which two servers a site has, by their identities (ServerLife::server).
struct ServerPair {
  std::string old_server;
  std::string new_server;
};

// Which side was made to serve in an epoch (JournalRecord::epoch).
struct Served {
  std::uint64_t epoch = 0;
  Side side = Side::kOld;
};

// What one database has written and the other lacks: what would be lost if the other took over now.
struct Missing {
  Position gtids;     // in the writer's notation; empty: nothing
  std::string where;  // how to get at them afterwards, in words
};

// The transactions of a server's own beyond a position. Only those with rows in them can make the
// data differ: ANALYZE TABLE, FLUSH PRIVILEGES or CREATE USER has a GTID as well.
struct OwnWrites {
  bool rows = false;   // some have rows, or it cannot be told that none has
  std::string counts;  // the first of those, or why it cannot be told
  // Those without, by their statements: "ANALYZE TABLE shop.w (0-2-14)"; and how to avoid them.
  std::vector<std::string> harmless{};
  std::vector<std::string> cures{};
  // The position that was asked for with those without rows: to be compared with from then on.
  // Empty where some have rows.
  Position settled{};
};

// Something that is done to a server, by its arguments; and what it sends, for people: of a secret
// and of a position that is not known yet a word in <> stands there.
struct Act {
  enum class Kind : std::uint8_t {
    kTakeCommand,
    kFence,
    kUnfence,
    kPromote,
    kSever,
    kArmWayBack,
    kStopApplying,
    kRenewLink,
    kPersistRoles,
    kRemember,
  };
  Kind kind;
  Side server;
  std::chrono::nanoseconds limit{0};
  Position position{};
  ServerPair pair{};
  Served served{};
};
struct Statement {
  Side server;
  std::string sql;
};
struct Sending {
  std::vector<Statement> statements;
  std::string not_done{};  // why it would do nothing, where that is a pity
};

}  // namespace cutover
