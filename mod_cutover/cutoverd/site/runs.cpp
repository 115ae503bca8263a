// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/site/runs.h"

#include <optional>

#include "mod_cutover/cutoverd/run/hooks.h"
#include "mod_cutover/cutoverd/run/limits.h"
#include "mod_cutover/cutoverd/run/plan.h"
#include "mod_cutover/cutoverd/trail/log.h"
#include "mod_cutover/wire/snapshot_json.h"
#include "shared/figures/forecast.h"
#include "shared/words/times.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

Message message_of(const std::string& outcome) {
  if (outcome == "done") return Message::kRunDone;
  if (outcome == "aborted") return Message::kRunAborted;
  return outcome == "refused" ? Message::kRunRefused : Message::kRunNotEnded;
}

}  // namespace

std::unique_ptr<Hooks> hooks_of(const SiteSettings& settings, Audit& audit) {
  return std::make_unique<HookPrograms>(settings, [site = settings.name, &audit](
                                                      const Hook& hook, const HookResult& result) {
    audit.add({{"site", site},
               {"event", "hook " + hook.event},
               {"program", hook.program},
               {"ok", result.ok},
               {"output", result.output}});
    if (!result.ok && is_in_pause(hook))
      log(Message::kHookFailed, site, "hook " + hook.event + " " + hook.program + " " + result.why);
  });
}

Outcome Runs::carry_out(const Order& order) {
  std::optional<Run> run;
  Clock& clock = desk_.ports.clock;
  const auto on_phase = [&, began = clock.now()](Phase phase, std::uint16_t id,
                                                 std::string_view why) {
    enter(phase, id, why);
    if (phase == Phase::kPromoting && order.accepts_loss()) write_down_the_loss(*run, order.by);
    if (order.ticket != nullptr) order.ticket->tell(news(phase, why, clock.now() - began));
  };
  Ports ports = desk_.ports;
  ports.slow = &rehearsal_.slow_paths();
  run.emplace(desk_.settings, order.direction, ports, desk_.footing.record, mailbox_.flags,
              on_phase, order.purpose);
  desk_.view.forget_the_databases();
  rehearsal_.forget_the_lag();
  const LastRun last = run->go();
  desk_.footing.wrote(!run->rest_unwritten());
  watch_.restart();
  tell_what_is_owed(*run);
  desk_.footing.not_armed = desk_.footing.record.owed ? run->way_back() : "";
  Outcome outcome = ended(last, order.by);
  if (outcome.exit == 0 && !last.lost.empty())
    outcome.message += ", without " + last.lost + ", which stay " + run->lost_where();
  run_last_hook(last.reason);
  return outcome;
}

Outcome Runs::plan(Direction direction, const std::string& why) {
  if (!why.empty()) return {1, "nothing is foretold: " + why};
  const std::string what(name(direction));
  Ports ports = desk_.ports;
  ports.slow = &rehearsal_.slow_paths();
  const Plan plan = plan_of(desk_.settings, direction, ports, desk_.footing.record);
  if (plan.outcome != "done") return {1, "a " + what + " cannot be foretold: " + plan.outcome};
  return {0,
          "a " + what + " would do this; nothing was done",
          {{"direction", what}, {"acts", to_json(plan.acts)}}};
}

// What the run left to the keeper.
void Runs::tell_what_is_owed(const Run& run) {
  if (!run.not_remembered().empty())
    log(Message::kNotRemembered, desk_.settings.name,
        std::string(name(desk_.footing.serving())) +
            " serves, and its database could not write that down in time: " + run.not_remembered() +
            "; it is tried again");
  if (!run.unproved().empty()) log(Message::kUnproved, desk_.settings.name, run.unproved());
  if (run.way_back().empty()) return;
  log(Message::kWayBackNotArmed, desk_.settings.name, run.way_back());
  desk_.audit.add(
      {{"site", desk_.settings.name}, {"event", "way back"}, {"reason", run.way_back()}});
}

Outcome Runs::refused(const Order& order, const std::string& why) {
  LastRun last;
  last.direction = order.direction;
  last.rehearsal = order.rehearses();
  last.outcome = why == kAbortedEarly ? "aborted" : "refused";
  last.reason = why;
  last.started = utc(desk_.ports.clock.wall_ms());
  return ended(last, order.by);
}

bool Runs::resume(Phase phase, Event event, const std::string& why) {
  // Of the way back from a proof the record says who was to serve.
  const bool returns = desk_.footing.record.phase == JournalPhase::kReturn;
  const Side side = desk_.footing.serving();
  const Direction direction = towards(returns ? side : other(side));
  desk_.view.run_begins(direction, false, false);
  Run run(desk_.settings, direction, desk_.ports, desk_.footing.record, mailbox_.flags,
          [this](Phase p, std::uint16_t id, std::string_view because) { enter(p, id, because); });
  LastRun last = run.resume(phase, event);
  desk_.footing.wrote(!run.rest_unwritten());
  tell_what_is_owed(run);
  last.reason = "interrupted, then recovered: " + why;
  ended(last, "recovery");
  run_last_hook(last.reason);
  desk_.view.run_ends();
  return desk_.footing.at_rest();
}

void Runs::ended_before_anything_was_sent() {
  LastRun last;
  last.direction = towards(other(desk_.footing.serving()));
  last.outcome = "aborted";
  last.reason = "interrupted before anything was sent to a database";
  last.started = utc(desk_.ports.clock.wall_ms());
  ended(last, "recovery");
  run_last_hook(last.reason);
}

// Called by the run at each phase, and again with the reason when one cannot be left.
void Runs::enter(Phase phase, std::uint16_t id, std::string_view why) {
  desk_.ports.store.beat();
  log(id, desk_.settings.name, std::string(name(phase)) + ": " + std::string(why));
  desk_.view.enter(phase, why, desk_.footing.record.doubt);
}

nlohmann::json Runs::news(Phase phase, std::string_view why, Nanos since_start) const {
  const Counts counts = desk_.ports.store.counts();
  return {{"phase", name(phase)},
          {"why", why},
          {"ms", to_ms(since_start)},
          {"held", counts.held_now},
          {"in_flight", counts.in_flight}};
}

// Before the promotion is sent, and before it is recorded.
void Runs::write_down_the_loss(const Run& run, const std::string& by) {
  if (run.lost().empty()) return;
  log(Message::kLossAccepted, desk_.settings.name,
      "data loss accepted by " + by + ": " + run.lost() + ", " + run.lost_where());
  desk_.audit.add({{"site", desk_.settings.name},
                   {"event", "data loss accepted"},
                   {"by", by},
                   {"gtids", run.lost()},
                   {"where", run.lost_where()}});
}

std::string Runs::said_when_done(const LastRun& last) const {
  const Side serving = desk_.footing.serving();
  if (!last.rehearsal)
    return std::string(name(serving)) + " serves" + (last.reason.empty() ? "" : "; " + last.reason);
  return std::string(name(serving)) + " serves as before; a " + std::string(name(last.direction)) +
         " would hold visitors for " + described(rehearsal_.forecast(serving));
}

Outcome Runs::ended(const LastRun& last, const std::string& by) {
  const bool done = last.outcome == "done";
  const char* kind = last.rehearsal ? "rehearsal" : "last";
  const std::string what =
      (last.rehearsal ? "rehearsal" : std::string(name(last.direction))) + " " + last.outcome;
  const Message message = message_of(last.outcome);
  log(message, desk_.settings.name, what + (last.reason.empty() ? "" : ": " + last.reason));
  desk_.audit.add({{"site", desk_.settings.name},
                   {"event", what},
                   {"id", code(id_of(message))},
                   {"by", by},
                   {kind, to_json(last)}});
  desk_.view.ended(last);
  rehearsal_.ended(last);
  if (done) return {0, said_when_done(last), {{kind, to_json(last)}}};
  const int exit = last.outcome == "in-doubt" ? 4 : 1;
  return {exit, last.outcome + ": " + last.reason, {{kind, to_json(last)}}};
}

bool Runs::prepare(Direction direction, std::string& why) {
  if (desk_.settings.hooks.empty()) return true;
  std::optional<Direction>& prepared = desk_.footing.record.prepared;
  prepared = direction;
  desk_.footing.write();
  why = desk_.footing.unwritten();
  if (why.empty()) return run_hook("before-" + std::string(name(direction)), "", why);
  prepared.reset();
  return false;
}

void Runs::run_last_hook(const std::string& reason) {
  std::optional<Direction>& prepared = desk_.footing.record.prepared;
  if (!prepared || !desk_.footing.at_rest()) return;
  const bool moved = desk_.footing.serving() == arriving(*prepared);
  std::string why;
  if (!run_hook(moved ? "after-" + std::string(name(*prepared)) : "aborted", reason, why))
    log(Message::kHookFailed, desk_.settings.name, why);
  prepared.reset();
  desk_.footing.write();
}

void Runs::end_what_was_prepared() {
  const std::optional<Direction>& prepared = desk_.footing.record.prepared;
  if (!prepared) return;
  LastRun last;
  last.direction = *prepared;
  last.outcome = desk_.footing.serving() == arriving(*prepared) ? "done" : "aborted";
  last.reason =
      "interrupted, then recovered: " + std::string(name(desk_.footing.serving())) + " serves";
  last.started = utc(desk_.ports.clock.wall_ms());
  if (!trail_tells_the_end()) ended(last, "recovery");
  run_last_hook(last.reason);
}

// A line that somebody edited tells nothing.
bool Runs::trail_tells_the_end() const {
  const std::vector<nlohmann::json> events = desk_.audit.newest(100, desk_.settings.name);
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    if (event->contains("last")) return true;
    if (const auto what = event->find("event"); what != event->end() && *what == "asked")
      return false;
  }
  return false;
}

bool Runs::run_hook(const std::string& event, const std::string& reason, std::string& why) {
  if (desk_.ports.hooks == nullptr) return true;
  const Direction direction =
      desk_.footing.record.prepared.value_or(towards(other(desk_.footing.serving())));
  const Answer ended = desk_.ports.hooks->run(
      {event, direction, desk_.footing.serving(), std::nullopt, reason, kHookLimit});
  why = ended.why;
  return ended.done();
}

}  // namespace cutover
