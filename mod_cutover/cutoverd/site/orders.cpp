// SPDX-License-Identifier: Apache-2.0
// The operator's words: CutoverServe, switch, rollback, preflight.
#include "mod_cutover/cutoverd/run/hooks.h"
#include "mod_cutover/cutoverd/site/site.h"
#include "mod_cutover/cutoverd/trail/log.h"
#include "mod_cutover/wire/snapshot_json.h"
#include "shared/figures/forecast.h"
#include "shared/words/times.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kCommandLimit = 3s;
constexpr auto kHookLimit = 30s;
constexpr const char* kAbortedEarly = "before anything was changed";

std::string reasons(const std::vector<Check>& checks) {
  std::string text;
  for (const Check& c : checks) {
    if (c.verdict != CheckVerdict::kBlock) continue;
    if (!text.empty()) text += "; ";
    text += c.name + ": " + c.seen;
    if (!c.remedy.empty()) text += " (" + c.remedy + ")";
  }
  return text.empty() ? "no check could be made" : text;
}

Message message_of(const std::string& outcome) {
  if (outcome == "done") return Message::kRunDone;
  if (outcome == "aborted") return Message::kRunAborted;
  return outcome == "refused" ? Message::kRunRefused : Message::kRunNotEnded;
}

}  // namespace

// CutoverServe is a word spoken once: written down as heard before it is acted on, so that neither
// a restart nor a later `graceful` repeats it against what the command has done since.
void Site::answer_serve() {
  const auto& serve = parts_.settings.serve;
  const std::string word = serve ? std::string(name(*serve)) : "";
  if (word == record_.served_word) return;
  record_.served_word = word;
  if (!parts_.journal->write(record_)) {
    rest_unwritten_ = true;
    log(Message::kServeNotHeard, parts_.settings.name,
        "CutoverServe " + word + " is not acted on: " + parts_.journal->error());
    return;
  }
  if (!serve || *serve == record_.side) return;
  {
    const std::lock_guard lock(mutex_);
    busy_ = true;
  }
  const Outcome outcome = change_side({towards(*serve), "CutoverServe " + word});
  if (outcome.exit != 0)
    log(Message::kServeNotDone, parts_.settings.name,
        "CutoverServe " + word + " was not carried out, " + std::string(name(record_.side)) +
            " serves as before: " + outcome.message);
  command_ended();
}

bool Site::carry_out(Ticket& ticket) {
  Outcome outcome{2, "no such verb: " + ticket.verb(), nullptr};
  if (ticket.verb() == "preflight") {
    outcome = preflight(towards(other(record_.side)));
  } else if (ticket.verb() == "switch") {
    outcome = change_side({Direction::kSwitch, ticket.by(), &ticket});
  } else if (ticket.verb() == "rollback") {
    outcome = change_side({Direction::kRollback, ticket.by(), &ticket,
                           ticket.accept_loss() ? Purpose::kMoveWithLoss : Purpose::kMove});
  } else if (ticket.verb() == "rehearse") {
    outcome = rehearse(ticket);
  } else if (ticket.verb() == "resolve") {
    outcome = resolve(ticket);
    if (outcome.exit == 0) set_doubt("");
  }
  command_ended();  // first: the asker may ask for more at once
  const bool done = outcome.exit == 0;
  ticket.finish(std::move(outcome));
  return done;
}

std::string Site::refusal(Direction direction) {
  if (record_.side == arriving(direction))
    return std::string(name(record_.side)) + " serves already";
  if (record_.in_doubt) return "in doubt: " + record_.doubt;
  if (rest_unwritten_) return "the journal cannot be written: " + parts_.journal->error();
  return {};
}

// From here on an abort is heard.
Outcome Site::change_side(const Order& order) {
  const Direction direction = order.direction;
  audit_.add({{"site", parts_.settings.name},
              {"event", "asked"},
              {"verb", order.rehearses() ? "rehearse" : name(direction)},
              {"by", order.by},
              {"accept_data_loss", order.accepts_loss()}});
  {
    const std::lock_guard lock(mutex_);
    run_begins(direction, order.rehearses());
    abortable_ = true;
    if (!leaving_) flags_.abort.store(false, std::memory_order_relaxed);
  }
  std::string why = not_yet(order);
  Outcome outcome;
  if (!why.empty()) {
    outcome = refused(order, why);
  } else if (order.rehearses()) {  // and no hook hears of it
    why = not_now(order);
    outcome = why.empty() ? run_it(order) : refused(order, why);
  } else if (!run_hook("before-" + std::string(name(direction)), "", why) ||
             !(why = not_now(order)).empty()) {
    outcome = refused(order, why);
    const std::string reason = why;  // what a hook before has prepared, this one takes back
    if (!run_hook("aborted", reason, why)) log(Message::kHookFailed, parts_.settings.name, why);
  } else {
    outcome = run_it(order);
  }
  const std::lock_guard lock(mutex_);
  run_ends();
  return outcome;
}

// Why it is refused, without having changed anything.
std::string Site::not_yet(const Order& order) {
  const std::string why = refusal(order.direction);
  if (!why.empty()) return why;
  if (order.ticket != nullptr)
    order.ticket->tell({{"phase", "preflight"}, {"why", "looking at everything"}});
  const std::vector<Check> all = checks(order.direction, order.purpose);
  return blocks(all) ? reasons(all) : "";
}

// The last look before the first hold, with the command of the databases. Empty: go.
std::string Site::not_now(const Order& order) {
  if (flags_.abort.load(std::memory_order_relaxed)) return kAbortedEarly;
  if (!parts_.replication) return {};
  const Answer command = parts_.replication->take_command(kCommandLimit);
  if (!command.done()) return command.why;
  watch_.tick(parts_.replication.get(), record_.side, record_.position, clock_.now());
  std::string why = watch_.gate().open || order.accepts_loss() ? "" : watch_.gate().reasons.front();
  if (flags_.abort.load(std::memory_order_relaxed)) why = kAbortedEarly;
  if (!why.empty()) parts_.replication->leave_command();
  return why;
}

nlohmann::json Site::news(Phase phase, std::string_view why, Nanos since_start) const {
  const Counts counts = parts_.store->counts();
  return {{"phase", name(phase)},
          {"why", why},
          {"ms", to_ms(since_start)},
          {"held", counts.held_now},
          {"in_flight", counts.in_flight}};
}

// What the databases were seen to be before a run says nothing of what they are after it.
void Site::forget_what_was_seen() {
  const std::lock_guard lock(mutex_);
  gate_ = {false, {"since the last run the databases have not been looked at"}};
  way_back_.reset();
  lag_ms_.reset();
}

Outcome Site::run_it(const Order& order) {
  std::optional<Run> run;
  const auto on_phase = [&, began = clock_.now()](Phase phase, std::uint16_t id,
                                                  std::string_view why) {
    note_phase(phase, id, why);
    if (phase == Phase::kPromoting && order.accepts_loss()) write_down_the_loss(*run, order.by);
    if (order.ticket != nullptr) order.ticket->tell(news(phase, why, clock_.now() - began));
  };
  run.emplace(parts_.settings, order.direction, ports(), record_, flags_, on_phase, order.purpose);
  forget_what_was_seen();
  const LastRun last = run->go();
  rest_unwritten_ = run->rest_unwritten();
  if (parts_.replication) parts_.replication->leave_command();
  watch_.restart();
  if (!run->way_back().empty()) {
    log(Message::kWayBackNotArmed, parts_.settings.name, run->way_back());
    audit_.add(
        {{"site", parts_.settings.name}, {"event", "way back"}, {"reason", run->way_back()}});
  }
  {
    const std::lock_guard lock(mutex_);
    not_armed_ = record_.owed ? run->way_back() : "";
  }
  Outcome outcome = ended(last, order.by);
  if (outcome.exit == 0 && !last.lost.empty())
    outcome.message += ", without " + last.lost + ", which stay " + run->lost_where();
  if (!order.rehearses()) run_last_hook(last);
  return outcome;
}

// Before the promotion is sent, and before it is recorded.
void Site::write_down_the_loss(const Run& run, const std::string& by) {
  if (run.lost().empty()) return;
  log(Message::kLossAccepted, parts_.settings.name,
      "data loss accepted by " + by + ": " + run.lost() + ", " + run.lost_where());
  audit_.add({{"site", parts_.settings.name},
              {"event", "data loss accepted"},
              {"by", by},
              {"gtids", run.lost()},
              {"where", run.lost_where()}});
}

void Site::run_last_hook(const LastRun& last) {
  if (last.outcome == "in-doubt") return;
  std::string why;
  const bool done = last.outcome == "done";
  if (!run_hook(done ? "after-" + std::string(name(last.direction)) : "aborted", last.reason, why))
    log(Message::kHookFailed, parts_.settings.name, why);
}

Outcome Site::refused(const Order& order, const std::string& why) {
  LastRun last;
  last.direction = order.direction;
  last.rehearsal = order.rehearses();
  last.outcome = why == kAbortedEarly ? "aborted" : "refused";
  last.reason = why;
  last.started = utc(clock_.wall_ms());
  return ended(last, order.by);
}

std::string Site::said_when_done(const LastRun& last) const {
  if (!last.rehearsal) return std::string(name(record_.side)) + " serves";
  return std::string(name(record_.side)) + " serves as before; a " +
         std::string(name(last.direction)) + " would hold visitors for " + described(forecast());
}

Outcome Site::ended(const LastRun& last, const std::string& by) {
  const bool done = last.outcome == "done";
  const char* kind = last.rehearsal ? "rehearsal" : "last";
  const std::string what =
      (last.rehearsal ? "rehearsal" : std::string(name(last.direction))) + " " + last.outcome;
  const Message message = message_of(last.outcome);
  log(message, parts_.settings.name, what + (last.reason.empty() ? "" : ": " + last.reason));
  audit_.add({{"site", parts_.settings.name},
              {"event", what},
              {"id", code(id_of(message))},
              {"by", by},
              {kind, to_json(last)}});
  {
    const std::lock_guard lock(mutex_);
    (last.rehearsal ? rehearsal_ : last_) = last;
    outcome_ = last.outcome;
  }
  if (last.rehearsal) rehearsed_at_ = clock_.now();
  if (done) return {0, said_when_done(last), {{kind, to_json(last)}}};
  const int exit = last.outcome == "in-doubt" ? 4 : 1;
  return {exit, last.outcome + ": " + last.reason, {{kind, to_json(last)}}};
}

bool Site::run_hook(const std::string& event, const std::string& reason, std::string& why) {
  for (const Hook& hook : parts_.settings.hooks) {
    if (hook.event != event) continue;
    const HookResult result = run_program(hook.program,
                                          {{"CUTOVER_SITE", parts_.settings.name},
                                           {"CUTOVER_EVENT", event},
                                           {"CUTOVER_SIDE", std::string(name(record_.side))},
                                           {"CUTOVER_REASON", reason}},
                                          kHookLimit);
    audit_.add({{"site", parts_.settings.name},
                {"event", "hook " + event},
                {"program", hook.program},
                {"ok", result.ok},
                {"output", result.output}});
    if (result.ok) continue;
    why = "hook " + event + " " + hook.program + " " + result.why;
    return false;
  }
  return true;
}

}  // namespace cutover
