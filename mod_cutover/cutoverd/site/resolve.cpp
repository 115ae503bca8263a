// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/site/resolve.h"

#include "mod_cutover/cutoverd/run/by_others.h"
#include "mod_cutover/cutoverd/run/limits.h"
#include "mod_cutover/cutoverd/trail/log.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

std::string shown(const Reading<Position>& position) {
  return position ? *position : "unknown (" + position.error + ")";
}

}  // namespace

Outcome Resolve::carry_out(const Ticket& ticket) {
  const std::string told = desk_.view.doubt();
  const std::string doubt = told.empty() ? given_up(ticket) : told;
  if (doubt.empty()) return {1, "nothing is in doubt", nullptr};
  Outcome outcome = decide(ticket, doubt);
  if (desk_.ports.replication != nullptr) desk_.ports.replication->leave_command();
  return outcome;
}

Outcome Resolve::decide(const Ticket& ticket, const std::string& doubt) {
  const Side side = ticket.side();
  JournalRecord wanted = desk_.footing.record;
  wanted.phase = JournalPhase::kRest;
  wanted.side = side;
  wanted.in_doubt = false;
  wanted.doubt.clear();
  nlohmann::json event = {{"site", desk_.settings.name},
                          {"event", "resolve"},
                          {"by", ticket.by()},
                          {"serves", name(side)},
                          {"doubt", doubt}};
  StateStore& store = desk_.ports.store;
  const Word before = store.word();
  if (before.mode != serving(side, 0).mode) hold_and_drain();
  const auto undecided = [&](const std::string& why) -> Outcome {
    if (before.mode != Mode::kHold) store.set(before.mode, before.at_deadline, Nanos{0});
    return {4, "nothing was decided: " + why, nullptr};
  };
  if (store.withdrawn()) return undecided("the new configuration of httpd takes the site away");
  if (desk_.settings.has_databases()) {
    if (desk_.ports.replication == nullptr)
      return undecided("first mend the option file: " + trouble_);
    const std::string why = fence_for_good(side, ticket.other_is_down(), wanted, event);
    if (!why.empty()) return undecided(why);
  }
  // Recorded, then acted on: should this be the end of us, the next one makes `side` the writer.
  if (!desk_.ports.journal.write(wanted)) return undecided(desk_.ports.journal.error());
  desk_.audit.add(event);
  desk_.footing.record = wanted;
  desk_.footing.known = true;
  desk_.footing.unsettled.clear();
  log(Message::kResolved, desk_.settings.name,
      "resolved by " + ticket.by() + ": " + std::string(name(side)) + " serves. It was: " + doubt);
  return serve(side, event);
}

Outcome Resolve::serve(Side side, const nlohmann::json& event) {
  if (desk_.ports.replication != nullptr && desk_.settings.promote) {
    const Answer writer = desk_.ports.replication->promote(side, kStatementLimit);
    if (!writer.done()) {
      desk_.footing.unsettled =
          "the " + std::string(name(side)) + " database is not proved writable: " + writer.why;
      return {4, "decided, and not done: " + desk_.footing.unsettled + "; it is tried again",
              nullptr};
    }
  }
  desk_.footing.rest_at(side, "");
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

// Whoever is served by the other side now ends there before it is fenced, as far as he does in
// time.
void Resolve::hold_and_drain() {
  Clock& clock = desk_.ports.clock;
  const Nanos limit = clock.now() + desk_.settings.drain_timeout;
  desk_.ports.store.set(Mode::kHold, AtDeadline::kRefuse,
                        clock.now() + desk_.settings.hold_timeout);
  while (desk_.ports.store.in_flight() > 0 && clock.now() < limit) clock.sleep(1ms);
}

// Why not, or nothing: the predecessor's statements are gone, the other database is fenced or said
// to be down, and what it holds is the new baseline: the keeper flags what goes beyond.
std::string Resolve::fence_for_good(Side side, bool other_is_down, JournalRecord& wanted,
                                    nlohmann::json& event) {
  Replication& databases = *desk_.ports.replication;
  const std::string theirs(name(other(side)));
  const Answer command = databases.take_command(kCommandLimit);
  if (!command.done() && !other_is_down) return command.why;
  const Answer fenced = fence_or_see(databases, desk_.settings, other(side), kStatementLimit);
  if (!fenced.done() && !other_is_down)
    return "the " + theirs + " database cannot be fenced: " + fenced.why +
           " (if its server is off and stays off, say --other-is-down)";
  if (!desk_.settings.promote)
    if (const Answer writer = seen_writable(databases, side, "CutoverPromote"); !writer.done())
      return writer.why;
  const Reading<Position> at_other = databases.position(other(side));
  if (!at_other && !other_is_down) return at_other.error;
  event["at_" + std::string(name(side))] = shown(databases.position(side));
  event["at_" + theirs] = shown(at_other);
  if (at_other) wanted.position = *at_other;
  return {};
}

}  // namespace cutover
