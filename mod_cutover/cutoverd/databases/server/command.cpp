// SPDX-License-Identifier: Apache-2.0
// The commanding session of a server: its lock, its predecessor, and its own end in doubt.
#include <algorithm>
#include <charconv>
#include <thread>

#include "mod_cutover/cutoverd/databases/server/server.h"

namespace cutover {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(2);
constexpr auto kStrangerPoll = std::chrono::milliseconds(20);
// A living coordinator's session speaks each second.
constexpr std::int64_t kSilentFor = 5;
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
Reading<bool> Server::in_processlist(Owner& session, Deadline deadline) {
  const auto eyes = monitor_now(deadline);
  if (!eyes) return {std::nullopt, eyes.error};
  const std::string where = ".processlist WHERE ID = " + std::to_string(session.id);
  const std::string what = "SELECT USER, HOST, COMMAND, TIME FROM ";
  Result r = (*eyes)->query(what + "information_schema" + where, deadline);
  if (r.number == kNoSuchTable || r.number == kUnknownTable)
    r = (*eyes)->query(what + "performance_schema" + where, deadline);
  if (!r.ok()) return {std::nullopt, r.error};
  session.user = r.rows.at(0, 0).value_or("");
  session.host = r.rows.at(0, 1).value_or("");
  session.asleep = r.rows.at(0, 2) == "Sleep";
  session.seconds = static_cast<std::int64_t>(number(r.rows.at(0, 3)));
  return {!r.rows.empty(), {}};
}

Reading<Server::Owner> Server::owner(Deadline deadline) {
  const auto session = monitor_now(deadline);
  if (!session) return {std::nullopt, session.error};
  const Result r =
      (*session)->query("SELECT IS_USED_LOCK(" + sql_literal(kServerLock) + ")", deadline);
  if (!r.ok()) return {std::nullopt, r.error};
  Owner owner;
  owner.id = number(r.rows.at(0, 0));
  if (owner.id == 0) return {owner, {}};
  const auto alive = in_processlist(owner, deadline);
  if (!alive) return {std::nullopt, alive.error};
  owner.alive = *alive;
  return {owner, {}};
}

// One that holds the lock of a token that we know is that life's. A clone of this machine has our
// tokens, and lives: there, only who comes from our own address and has not said anything for
// longer than a living one ever is silent is taken for dead.
Reading<std::string> Server::stranger(const Owner& owner, Deadline deadline) {
  std::string sql = "SELECT IS_USED_LOCK(" + sql_literal(token_lock(claim_.token)) +
                    "), (SELECT HOST FROM information_schema.processlist WHERE ID = "
                    "CONNECTION_ID())";
  for (const KnownLife& life : claim_.known)
    sql += ", IS_USED_LOCK(" + sql_literal(token_lock(life.token)) + ")";
  const auto session = monitor_now(deadline);
  if (!session) return {std::nullopt, session.error};
  const Result r = (*session)->query(sql, deadline);
  if (!r.ok()) return {std::nullopt, r.error};
  if (number(r.rows.at(0, 0)) == owner.id) return {"", {}};
  const auto machine = [](const std::string& host) { return host.substr(0, host.rfind(':')); };
  const bool silent = owner.asleep && owner.seconds >= kSilentFor &&
                      machine(owner.host) == machine(r.rows.at(0, 1).value_or(""));
  const std::string who =
      label() + ": session " + std::to_string(owner.id) + " of " + owner.user + "@" + owner.host;
  for (std::size_t i = 0; i < claim_.known.size(); ++i) {
    const KnownLife& life = claim_.known[i];
    if (number(r.rows.at(0, 2 + i)) != owner.id) continue;
    if (life.kind == KnownLife::Kind::kSibling)
      return {
          label() + " is site " + life.site +
              "'s already, and a fence stops all that a server has; put the vhosts of both into "
              "one <CutoverSite>",
          {}};
    if (life.kind == KnownLife::Kind::kDead || silent) return {"", {}};
    return {who + ", of an earlier start of this site or of a clone of this machine, owns it", {}};
  }
  return {
      who +
          ", another coordinator's, owns it: a second httpd, a clone or a restored copy of this "
          "one; stop that one, then `cutoverctl resolve` or `apachectl graceful` here",
      {}};
}

// A KILL that was answered has not happened yet. The owner is looked up and killed on one and the
// same session: a restart in between would have ended it, so the number cannot have changed hands.
Answer Server::kill_owner(std::uint64_t id, Deadline deadline) {
  const Connection* asked_on = nullptr;
  for (Owner killed{id, false, {}, {}, false, 0};; std::this_thread::sleep_for(kPoll)) {
    if (deadline.over()) {
      return Answer::unknown(label() + ": session " + std::to_string(id) +
                             " was killed but is not gone yet");
    }
    const auto now = owner(deadline);
    if (!now) return Answer::unknown(now.error);
    if (now->id == id && asked_on != monitor_.get()) {
      const Result sent = monitor_->query("KILL " + std::to_string(id), deadline);
      if (!sent.ok() && sent.number != kNoSuchThread) return Answer::unknown(sent.error);
      asked_on = monitor_.get();
      continue;
    }
    if (now->id == id) continue;
    // The lock is free: the session has ended, or the server was started anew. Only a session that
    // was killed right here is also waited for in the processlist.
    if (asked_on != monitor_.get()) return Answer::yes();
    const auto alive = in_processlist(killed, deadline);
    if (!alive) return Answer::unknown(alive.error);
    if (!*alive) return Answer::yes();
  }
}

// The token's lock first: whoever owns the server is known by it.
Answer Server::open_commander(Deadline deadline) {
  commander_rights_ = rights(deadline);
  OpenedSession opened = open(deadline);
  if (!opened.session) return Answer::unknown(opened.error);
  const Result got = opened.session->query(
      "SELECT GET_LOCK(" + sql_literal(token_lock(claim_.token)) + ", 0)", deadline);
  if (!got.ok()) return Answer::unknown(got.error);
  commander_ = std::move(opened.session);
  return Answer::yes();
}

std::string Server::statement_of_command() {
  return "SELECT GET_LOCK(" + sql_literal(kServerLock) + ", 0)";
}

Answer Server::take_command(Deadline deadline) {
  std::string who;  // has it
  const auto unknown = [&who](const std::string& why) {
    return who.empty() ? Answer::unknown(why) : Answer::no(who);
  };
  for (;; std::this_thread::sleep_for(who.empty() ? kPoll : kStrangerPoll)) {
    if (deadline.over()) return unknown(label() + ": its lock is not to be had in time");
    const auto now = owner(deadline);
    if (!now) return unknown(now.error);
    const bool usable = commander_ && commander_->usable();
    if (now->id != 0) {
      if (usable && now->id == commander_->id()) return Answer::yes();
      if (!now->alive) continue;
      const auto his = stranger(*now, deadline);
      if (!his) return unknown(his.error);
      who = *his;  // who is about to leave is waited for
      if (!who.empty()) continue;
      const Answer killed = kill_owner(now->id, deadline);
      if (!killed.done()) return killed;
      continue;
    }
    who.clear();
    if (!usable) {
      if (const Answer opened = open_commander(deadline); !opened.done()) return opened;
    }
    const Result got = commander_->query(statement_of_command(), deadline);
    if (got.ok() && got.rows.at(0, 0) == "1") return Answer::yes();
    if (!got.ok() && !got.unknown()) return Answer::no(got.error);
  }
}

Answer Server::ensure_command(Deadline deadline) {
  if (commander_ && commander_->usable()) {
    const Result own = commander_->query(
        "SELECT IS_USED_LOCK(" + sql_literal(kServerLock) + ") = CONNECTION_ID()", deadline);
    if (own.ok() && own.rows.at(0, 0) == "1") return Answer::yes();
    if (own.ok()) commander_.reset();
  }
  return take_command(deadline);
}

void Server::leave_command() {
  if (commander_ && commander_->usable()) {
    commander_->query("SELECT RELEASE_LOCK(" + sql_literal(kServerLock) + ")",
                      Deadline::in(kLeaveLimit));
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
