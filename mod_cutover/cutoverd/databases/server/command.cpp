// SPDX-License-Identifier: Apache-2.0
// The commanding session of a server: its lock, its predecessor, and its own end in doubt.
#include <algorithm>
#include <charconv>
#include <thread>

#include "mod_cutover/cutoverd/databases/server/server.h"

namespace cutover {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(2);
constexpr auto kLeaveLimit = std::chrono::milliseconds(250);
constexpr unsigned kSyntaxError = 1064;
constexpr unsigned kNoSuchThread = 1094;
constexpr unsigned kNoSuchTable = 1146;
constexpr unsigned kUnknownTable = 1109;

std::uint64_t number(const std::optional<std::string>& text) {
  std::uint64_t value = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

}  // namespace

// Needs no privilege: an account always sees its own sessions, and ours are of one account.
Reading<bool> Server::in_processlist(std::uint64_t id, std::string& user, Deadline deadline) {
  const auto session = monitor_now(deadline);
  if (!session) return {std::nullopt, session.error};
  const std::string where = ".processlist WHERE ID = " + std::to_string(id);
  Result r = (*session)->query("SELECT USER FROM information_schema" + where, deadline);
  if (r.number == kNoSuchTable || r.number == kUnknownTable) {
    r = (*session)->query("SELECT USER FROM performance_schema" + where, deadline);
  }
  if (!r.ok()) return {std::nullopt, r.error};
  user = r.rows.at(0, 0).value_or("");
  return {!r.rows.empty(), {}};
}

Reading<Server::Owner> Server::owner(Deadline deadline) {
  const auto session = monitor_now(deadline);
  if (!session) return {std::nullopt, session.error};
  const Result r = (*session)->query("SELECT IS_USED_LOCK(" + quoted(lock_) + ")", deadline);
  if (!r.ok()) return {std::nullopt, r.error};
  Owner owner{number(r.rows.at(0, 0)), false, {}};
  if (owner.id == 0) return {owner, {}};
  const auto alive = in_processlist(owner.id, owner.user, deadline);
  if (!alive) return {std::nullopt, alive.error};
  owner.alive = *alive;
  return {owner, {}};
}

// A KILL that was answered has not happened yet. The owner is looked up and killed on one and the
// same session: a restart in between would have ended it, so the number cannot have changed hands.
Answer Server::kill_owner(std::uint64_t id, Deadline deadline) {
  const Connection* asked_on = nullptr;
  for (std::string user;; std::this_thread::sleep_for(kPoll)) {
    if (deadline.over()) {
      return Answer::unknown(label() + ": session " + std::to_string(id) +
                             " was killed but is not gone yet");
    }
    const auto now = owner(deadline);
    if (!now) return Answer::unknown(now.error);
    if (now->id == id && asked_on != monitor_.get()) {
      const Result killed = monitor_->query("KILL " + std::to_string(id), deadline);
      if (!killed.ok() && killed.number != kNoSuchThread) return Answer::unknown(killed.error);
      asked_on = monitor_.get();
      continue;
    }
    if (now->id == id) continue;
    // The lock is free: the session has ended, or the server was started anew. Only a session that
    // was killed right here is also waited for in the processlist.
    if (asked_on != monitor_.get()) return Answer::yes();
    const auto alive = in_processlist(id, user, deadline);
    if (!alive) return Answer::unknown(alive.error);
    if (!*alive) return Answer::yes();
  }
}

Answer Server::open_commander(Deadline deadline) {
  OpenedSession opened = open_session(options_, label(), secrets_, deadline);
  if (!opened.session) return Answer::no(opened.error);
  commander_ = std::move(opened.session);
  last_commander_ = commander_->id();
  return Answer::yes();
}

Answer Server::take_command(Deadline deadline, bool evict) {
  for (;; std::this_thread::sleep_for(kPoll)) {
    if (deadline.over()) return Answer::no(label() + ": the lock " + lock_ + " is not to be had");
    const auto now = owner(deadline);
    if (!now) return Answer::no(now.error);
    const bool usable = commander_ && commander_->usable();
    if (now->id != 0) {
      if (usable && now->id == commander_->id()) return Answer::yes();
      if (!now->alive) continue;
      const std::string who = "session " + std::to_string(now->id) + " of " + now->user;
      if (now->user != options_.user) {
        return Answer::no(label() + ": " + who + " owns the lock " + lock_ +
                          "; another account's session is not killed, see who it is");
      }
      if (!evict && now->id != last_commander_) {
        return Answer::no(label() + ": " + who + " has taken the command over");
      }
      const Answer killed = kill_owner(now->id, deadline);
      if (!killed.done()) return killed;
      continue;
    }
    if (!usable) {
      if (const Answer opened = open_commander(deadline); !opened.done()) return opened;
    }
    const Result got = commander_->query("SELECT GET_LOCK(" + quoted(lock_) + ", 0)", deadline);
    if (got.ok() && got.rows.at(0, 0) == "1") return Answer::yes();
    if (!got.ok() && !got.unknown()) return Answer::no(got.error);
  }
}

Answer Server::ensure_command(Deadline deadline) {
  if (commander_ && commander_->usable()) {
    const Result own =
        commander_->query("SELECT IS_USED_LOCK(" + quoted(lock_) + ") = CONNECTION_ID()", deadline);
    if (own.ok() && own.rows.at(0, 0) == "1") return Answer::yes();
    if (own.ok()) commander_.reset();
  }
  return take_command(deadline, false);
}

void Server::leave_command() {
  if (commander_ && commander_->usable()) {
    commander_->query("SELECT RELEASE_LOCK(" + quoted(lock_) + ")", Deadline::in(kLeaveLimit));
  }
  commander_.reset();
}

Answer Server::see_gone(std::uint64_t id) { return kill_owner(id, Deadline::in(kKillLimit)); }

Commanded Server::command(const Spellings& spellings, Deadline deadline) {
  Commanded out;
  if (!commander_) return {{Result::Kind::kRefused, {}, 0, label() + ": not in command"}, true, {}};
  for (const std::string& sql : spellings) {
    out.result = commander_->query(sql, deadline);
    if (out.result.number != kSyntaxError) break;
  }
  if (out.result.unknown()) {
    const Answer gone = see_gone(commander_->id());
    out.gone = gone.done();
    out.trouble = gone.why;
    commander_.reset();
  }
  return out;
}

}  // namespace cutover
