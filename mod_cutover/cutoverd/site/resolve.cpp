// SPDX-License-Identifier: Apache-2.0
// `resolve`: a person has looked and says which side serves. The one way out of a doubt; all that
// is given up by it is written down first.
#include "mod_cutover/cutoverd/site/site.h"
#include "mod_cutover/cutoverd/trail/log.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kCommandLimit = 3s;
constexpr Nanos kStatementLimit = 2s;

std::string shown(const Reading<Position>& position) {
  return position ? *position : "unknown (" + position.error + ")";
}

}  // namespace

Outcome Site::resolve(const Ticket& ticket) {
  const Side side = ticket.side();
  const std::string doubt = doubt_.empty() ? given_up(ticket) : doubt_;
  if (doubt.empty()) return {1, "nothing is in doubt", nullptr};
  JournalRecord wanted = record_;
  wanted.phase = JournalPhase::kRest;
  wanted.side = side;
  wanted.in_doubt = false;
  wanted.doubt.clear();
  nlohmann::json event = {{"site", parts_.settings.name},
                          {"event", "resolve"},
                          {"by", ticket.by()},
                          {"serves", name(side)},
                          {"doubt", doubt}};
  const Word before = parts_.store->word();
  if (before.mode != serving(side, 0).mode) hold_and_drain();
  const auto undecided = [&](const std::string& why) -> Outcome {
    if (before.mode != Mode::kHold) parts_.store->set(before.mode, before.at_deadline, Nanos{0});
    return {4, "nothing was decided: " + why, nullptr};
  };
  if (parts_.store->withdrawn())
    return undecided("the new configuration of httpd takes the site away");
  if (parts_.settings.has_databases()) {
    if (!parts_.replication) return undecided("first mend the option file: " + parts_.trouble);
    const std::string why = fence_for_good(side, ticket.other_is_down(), wanted, event);
    if (!why.empty()) return undecided(why);
  }
  // Recorded, then acted on: should this be the end of us, the next one makes `side` the writer.
  if (!parts_.journal->write(wanted)) return undecided(parts_.journal->error());
  audit_.add(event);
  record_ = wanted;
  known_ = true;
  unsettled_.clear();
  log(Message::kResolved, parts_.settings.name,
      "resolved by " + ticket.by() + ": " + std::string(name(side)) + " serves. It was: " + doubt);
  if (parts_.replication && parts_.settings.promote) {
    const Answer writer = parts_.replication->promote(side, kStatementLimit);
    if (!writer.done()) {
      unsettled_ =
          "the " + std::string(name(side)) + " database is not proved writable: " + writer.why;
      return {4, "decided, and not done: " + unsettled_ + "; it is tried again", nullptr};
    }
  }
  rest_at(side, "");
  return {0, std::string(name(side)) + " serves; the doubt is resolved", {{"resolved", event}}};
}

// No doubt, and yet a person's decision: the database that serves is gone for good, he says, and
// indeed it does not answer.
std::string Site::given_up(const Ticket& ticket) {
  const Side serving = record_.side;
  if (!parts_.replication || !ticket.other_is_down() || ticket.side() == serving) return {};
  const Reading<bool> answer = parts_.replication->read_only(serving);
  if (answer) return {};
  return "the " + std::string(name(serving)) +
         " database, which served, is given up: " + answer.error;
}

// Whoever is served by the other side now ends there before it is fenced, as far as he does in
// time.
void Site::hold_and_drain() {
  const Nanos limit = clock_.now() + parts_.settings.drain_timeout;
  parts_.store->set(Mode::kHold, AtDeadline::kRefuse, clock_.now() + parts_.settings.hold_timeout);
  while (parts_.store->in_flight() > 0 && clock_.now() < limit) clock_.sleep(1ms);
}

// Why not, or nothing: the predecessor's statements are gone, the other database is fenced or said
// to be down, and what it holds is the new baseline: the keeper flags what goes beyond.
std::string Site::fence_for_good(Side side, bool other_is_down, JournalRecord& wanted,
                                 nlohmann::json& event) {
  Replication& databases = *parts_.replication;
  const std::string theirs(name(other(side)));
  const Answer command = databases.take_command(kCommandLimit);
  if (!command.done() && !other_is_down) return command.why;
  const Answer fenced =
      parts_.settings.fence ? databases.fence(other(side), kStatementLimit) : Answer::yes();
  if (!fenced.done() && !other_is_down)
    return "the " + theirs + " database cannot be fenced: " + fenced.why +
           " (if its server is off and stays off, say --other-is-down)";
  const Reading<Position> at_other = databases.position(other(side));
  if (!at_other && !other_is_down) return at_other.error;
  event["at_" + std::string(name(side))] = shown(databases.position(side));
  event["at_" + theirs] = shown(at_other);
  if (at_other) wanted.position = *at_other;
  return {};
}

}  // namespace cutover
