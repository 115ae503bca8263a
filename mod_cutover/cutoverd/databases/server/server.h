// SPDX-License-Identifier: Apache-2.0
// One of the two servers: its monitoring session, its commanding session, its dialect.
//
// Rule: no statement outlives its sender unseen. Only a session that owns the server's lock
// (claim.h) commands. A server frees such a lock when the session has ended, statement and all; so
// whoever owns it knows that nothing of a predecessor is still on its way. Sessions are told by the
// lock of their token, never by their number alone: a restarted server counts anew, and the number
// would be an application's.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/databases/dialect/dialect.h"
#include "mod_cutover/cutoverd/databases/server/claim.h"
#include "mod_cutover/cutoverd/databases/session/session.h"
#include "shared/protocol/side.h"

namespace cutover {

// What came of a commanding statement.
struct Commanded {
  Result result;
  // Only after no answer came: the statement cannot take effect any more. False: `trouble` says
  // why that could not be seen.
  bool gone = true;
  std::string trouble;

  bool ok() const { return result.ok(); }
};

// As ServerLife::server has it.
std::string text_of(const Identity& identity);

class Server {
 public:
  Server(Side side, ConnectOptions options, std::vector<std::string> secrets, Claim claim);

  Side side() const { return side_; }
  const ConnectOptions& options() const { return options_; }
  std::string label() const { return "the " + std::string(name(side_)) + " database"; }
  // With an error that says whose it is.
  template <typename T>
  Reading<T> named(Reading<T> reading) const {
    if (!reading && !reading.error.starts_with("the "))
      reading.error = label() + ": " + reading.error;
    return reading;
  }

  // The monitoring session, opened where there is none. After a connect that failed the same error
  // is answered for a moment, so that a dead server does not cost every look its whole limit.
  Reading<Connection*> monitor(Deadline deadline);
  // The same without that patience: for what must be known now.
  Reading<Connection*> monitor_now(Deadline deadline);
  // A session has the rights that its account had at the login. Where these are others by now, both
  // are opened anew, for as long as nobody is held.
  void take_new_rights(Deadline deadline);
  // Whether it lets a new session of ours in, which is closed again at once.
  Answer lets_in(Deadline deadline);
  // Its life, as the monitoring session tells. The counter is asked for every few seconds, and
  // whether that session's rights are still those of the account.
  Reading<ServerLife> life(Deadline deadline);
  // How many connections it had counted some seconds ago: later ones are fresh. 0: not known.
  std::uint64_t connections_lately() const { return connections_before_; }
  // Of the server that the monitoring session is with.
  const Dialect& dialect() const { return *dialect_; }
  const Identity& identity() const { return identity_; }
  const std::string& version() const { return monitor_->server_version(); }

  // Owns the lock afterwards, or did already. Whose session has it and is known to be a dead
  // predecessor's, or this life's own from before it was lost, is killed and seen gone. kFailed:
  // somebody else has it, and `why` names him; kUnknown: the server does not answer.
  Answer take_command(Deadline deadline);
  bool in_command() const { return commander_ && commander_->usable(); }
  static std::string statement_of_command();
  void leave_command();
  // The commanding session, seen to own the lock just now; taken again where it was lost.
  Answer ensure_command(Deadline deadline);
  // One statement, in the first spelling that the server understands. Where no answer comes by the
  // deadline the session is killed and seen gone, which takes up to kKillLimit more.
  Commanded command(const Spellings& spellings, Deadline deadline);
  // Asks on the commanding session, and where that was lost on the monitoring one.
  Reading<Connection*> reader(Deadline deadline);

 private:
  struct Owner {
    std::uint64_t id = 0;  // 0: nobody
    bool alive = false;    // still in the processlist
    std::string user;
    std::string host;          // with its port
    bool asleep = false;       // it waits for a statement,
    std::int64_t seconds = 0;  // for so long
  };
  Reading<Owner> owner(Deadline deadline);
  Reading<bool> in_processlist(Owner& session, Deadline deadline);
  // Nothing: it may be killed. Otherwise who he is.
  Reading<std::string> stranger(const Owner& owner, Deadline deadline);
  Answer kill_owner(std::uint64_t id, Deadline deadline);
  Answer see_gone(std::uint64_t id);
  OpenedSession open(Deadline deadline);
  // In the place of the one that there is, which stays where no other is to be had. Why, or
  // nothing.
  std::string open_monitor(Deadline deadline);
  Answer open_commander(Deadline deadline);
  // What the account is granted now; nothing where that is not to be seen.
  std::string rights(Deadline deadline);
  void renew_monitor(Deadline deadline);

  Side side_;
  ConnectOptions options_;
  std::vector<std::string> secrets_;
  Claim claim_;
  Unanswered unanswered_;  // outlives the sessions
  std::unique_ptr<Connection> monitor_;
  std::unique_ptr<Connection> commander_;
  std::string monitor_rights_;    // as they were just before that session's login, or not known
  std::string commander_rights_;  // the same
  std::chrono::steady_clock::time_point renew_again_{};
  std::unique_ptr<Dialect> dialect_;
  Identity identity_;
  ServerLife life_;  // as far as it is known
  std::uint64_t connections_before_ = 0;
  std::chrono::steady_clock::time_point count_again_{};
  std::string connect_error_;
  std::chrono::steady_clock::time_point not_before_{};
};

inline constexpr auto kKillLimit = std::chrono::milliseconds(1000);

}  // namespace cutover
