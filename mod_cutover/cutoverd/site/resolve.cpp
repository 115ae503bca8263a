// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/site/resolve.h"

#include <algorithm>

#include "mod_cutover/cutoverd/run/by_others.h"
#include "mod_cutover/cutoverd/run/limits.h"
#include "mod_cutover/cutoverd/trail/log.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

// One that is said to be down is asked all the same: it may be a person's error.
constexpr Nanos kDeadLimit = 300ms;
// Above all that a server remembers who cannot be asked.
constexpr std::uint64_t kLeap = 1000;
constexpr const char* kIfOff = " (if its server is off and stays off, say --other-is-down)";

std::string shown(const Reading<Position>& position) {
  return position ? *position : "unknown (" + position.error + ")";
}

}  // namespace

Outcome Resolve::carry_out(const Ticket& ticket) {
  if (desk_.footing.record.completed()) return {1, desk_.footing.completed(), nullptr};
  const std::string told = desk_.view.doubt();
  const std::string doubt = told.empty() ? given_up(ticket) : told;
  if (doubt.empty()) return {1, "nothing is in doubt", nullptr};
  return decide(ticket, doubt);
}

Outcome Resolve::decide(const Ticket& ticket, const std::string& doubt) {
  const Side side = ticket.side();
  StateStore& store = desk_.ports.store;
  const Word before = store.word();
  if (before.mode != serving(side, 0).mode) {  // the other one is fenced
    desk_.footing.seal();
    desk_.footing.drain();
  }
  const auto undecided = [&](const std::string& why) -> Outcome {
    if (before.mode != Mode::kHold) store.set(before.mode, before.at_deadline, Nanos{0});
    return {4, "nothing was decided: " + why, nullptr};
  };
  if (store.withdrawn()) return undecided("the new configuration of httpd takes the site away");
  nlohmann::json event = {{"site", desk_.settings.name},
                          {"event", "resolve"},
                          {"by", ticket.by()},
                          {"serves", name(side)},
                          {"doubt", doubt}};
  const JournalRecord was = desk_.footing.record;
  std::string why = desk_.settings.has_databases() ? in_the_way(ticket) : "";
  if (why.empty()) why = record(ticket);
  if (why.empty() && desk_.ports.replication != nullptr) {
    const Answer given_up = give_up_the_other(ticket, event);
    // It may be fenced by now: nobody is sent back to it, and the record stands.
    if (given_up.kind == Answer::Kind::kUnknown && before.mode != Mode::kHold)
      return {4, "decided, and not done: " + given_up.why + "; it is tried again", nullptr};
    if (!given_up.done()) why = given_up.why;
  }
  if (!why.empty()) {
    if (desk_.footing.record.phase == JournalPhase::kResolve) {
      desk_.footing.record = was;
      desk_.footing.write();
    }
    return undecided(why);
  }
  desk_.audit.add(event);
  log(Message::kResolved, desk_.settings.name,
      "resolved by " + ticket.by() + ": " + std::string(name(side)) + " serves. It was: " + doubt);
  return serve(side, event);
}

// What `side` needs in order to serve, before anything is recorded. Of the other one nothing is
// needed where it is said to be down.
std::string Resolve::in_the_way(const Ticket& ticket) {
  if (desk_.ports.replication == nullptr) return "first mend the option file: " + trouble_;
  ownership_.ask_again();
  Replication& databases = *desk_.ports.replication;
  const Answer command = databases.take_command(ticket.side(), kCommandLimit);
  if (!command.done()) return command.why;
  if (ticket.other_is_down()) return {};
  const Answer theirs = databases.take_command(other(ticket.side()), kCommandLimit);
  return theirs.done() ? "" : theirs.why + kIfOff;
}

// Before the first statement: should this be the end of us, the next one goes on with it.
std::string Resolve::record(const Ticket& ticket) {
  const Side side = ticket.side();
  JournalRecord wanted = desk_.footing.record;
  const bool databases = desk_.ports.replication != nullptr;
  if (databases)
    for (const Side by : {side, other(side)})
      if (by == side || !ticket.other_is_down())
        wanted.epoch = std::max(wanted.epoch, recovery_.remembered(by).value_or(Served{}).epoch);
  wanted.phase = databases ? JournalPhase::kResolve : JournalPhase::kRest;
  wanted.side = side;
  wanted.epoch += ticket.other_is_down() ? kLeap : 1;
  wanted.in_doubt = false;
  wanted.doubt.clear();
  wanted.fence_owed = databases && desk_.settings.fence;
  if (!desk_.ports.journal.write(wanted)) return desk_.ports.journal.error();
  desk_.footing.record = wanted;
  desk_.footing.known = true;
  return {};
}

// The other database is fenced, and what it holds is written down; or it owes its fence.
Answer Resolve::give_up_the_other(const Ticket& ticket, nlohmann::json& event) {
  Replication& databases = *desk_.ports.replication;
  const Side side = ticket.side();
  const std::string theirs(name(other(side)));
  const bool is_down = ticket.other_is_down();
  const Answer fenced = recovery_.fence_as_resolved(is_down ? kDeadLimit : kStatementLimit);
  if (!fenced.done() && !is_down)
    return {fenced.kind, "the " + theirs + " database cannot be fenced: " + fenced.why + kIfOff};
  if (!desk_.settings.promote)
    if (const Answer writer = seen_writable(databases, side, "CutoverPromote"); !writer.done())
      return Answer::no(writer.why);
  event["at_" + std::string(name(side))] = shown(databases.position(side));
  event["at_" + theirs] =
      fenced.done() ? desk_.footing.record.position : "unknown (" + fenced.why + ")";
  desk_.footing.write();  // or not: a successor fences once more, and finds the same
  return Answer::yes();
}

Outcome Resolve::serve(Side side, const nlohmann::json& event) {
  desk_.footing.unsettled.clear();
  if (desk_.ports.replication == nullptr) {
    desk_.footing.rest_at(side, "");
  } else if (!recovery_.serve_as_resolved()) {
    return {4, "decided, and not done: " + desk_.footing.unsettled + "; it is tried again",
            nullptr};
  }
  desk_.view.set_doubt("");
  return {0, std::string(name(side)) + " serves; the doubt is resolved", {{"resolved", event}}};
}

// No doubt, and yet a person's decision: the database that serves is gone for good, he says, and
// indeed it does not answer.
std::string Resolve::given_up(const Ticket& ticket) const {
  const Side serving = desk_.footing.serving();
  if (desk_.ports.replication == nullptr || !ticket.other_is_down() || ticket.side() == serving)
    return {};
  const Reading<bool> answer = desk_.ports.replication->read_only(serving);
  if (answer) return {};
  return "the " + std::string(name(serving)) +
         " database, which served, is given up: " + answer.error;
}

}  // namespace cutover
