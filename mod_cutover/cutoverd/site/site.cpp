// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/site/site.h"

#include <utility>
#include <vector>

#include "mod_cutover/cutoverd/trail/log.h"
#include "mod_cutover/wire/snapshot_json.h"
#include "shared/words/times.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kLookAgain = 500ms;
constexpr Nanos kStraysPause = 5s;

}  // namespace

Site::Site(SiteParts parts, Clock& clock, Audit& audit)
    : parts_(std::move(parts)),
      clock_(clock),
      audit_(audit),
      view_(parts_.settings, clock),
      mailbox_(view_),
      new_host_(parts_.settings),
      watch_(parts_.settings),
      footing_(parts_.settings, *parts_.journal, *parts_.store, clock),
      rehearsal_(parts_.settings, *parts_.store, clock),
      direct_visitors_({parts_.settings, parts_.replication.get(), parts_.names.get(),
                        *parts_.store, clock_, parts_.strays.get()}),
      proofs_(parts_.settings, parts_.proofs, parts_.pages.get()),
      preflight_({parts_.settings,
                  parts_.replication.get(),
                  footing_.record.position,
                  parts_.probes,
                  parts_.pages.get(),
                  parts_.workers,
                  parts_.trouble,
                  new_host_,
                  rehearsal_,
                  clock_,
                  direct_visitors_,
                  parts_.others,
                  parts_.httpd,
                  parts_.database_doors,
                  {},
                  &proofs_,
                  parts_.verification.get()}),
      runs_(desk(), mailbox_, rehearsal_, watch_),
      lives_(desk()),
      ownership_(desk(), parts_.claims_after),
      recovery_(desk(), mailbox_, runs_, lives_, ownership_, parts_.journal->found(),
                parts_.trouble),
      keeper_(desk(), watch_, lives_, ownership_, recovery_),
      quiet_(parts_.settings, *parts_.store, parts_.pages.get(), clock),
      diary_(parts_.settings.name, std::move(parts_.armed), audit, clock),
      orders_(desk(), mailbox_, watch_, runs_, ownership_, preflight_, quiet_, diary_),
      resolve_(desk(), ownership_, recovery_, parts_.trouble),
      completion_(desk(), ownership_, lives_, diary_, direct_visitors_, parts_.strays.get(),
                  parts_.trouble) {
  const std::vector<nlohmann::json> events = audit_.newest(100, parts_.settings.name);
  const std::optional<LastRun> last = newest_run(events, "last");
  const std::optional<LastRun> rehearsal = newest_run(events, "rehearsal");
  view_.remember(last, rehearsal);
  rehearsal_.remember(last);
}

Desk Site::desk() {
  return {parts_.settings,
          {parts_.replication.get(), &new_host_, clock_, *parts_.journal, *parts_.store, nullptr,
           parts_.proofs.empty() ? nullptr : &proofs_, parts_.hooks.get()},
          audit_,
          footing_,
          view_};
}

void Site::run() {
  const WordStore::Kept kept(*parts_.store);
  if (parts_.verification) parts_.verification->attend([this] { return at_rest_on(); });
  recover_until_decided();
  while (true) {
    tick();
    if (!mailbox_.leaving()) orders_.answer_serve();
    if (!mailbox_.leaving()) keep_what_is_armed();
    const std::shared_ptr<Ticket> ticket = mailbox_.wait(parts_.settings.check_interval);
    if (ticket) {
      carry_out(*ticket);
      // A run that was stuck and was given up for a `resolve`: nothing is decided any more.
      if (!footing_.at_rest() && !mailbox_.leaving()) recover_until_decided();
    } else if (mailbox_.leaving()) {
      break;
    }
  }
  mailbox_.turn_away();
  diary_.leave(!mailbox_.stops());
  const SiteStrays* strays = parts_.store->strays();
  if (parts_.strays && strays != nullptr && mailbox_.stops()) parts_.strays->leave(*strays);
  if (parts_.replication) parts_.replication->leave_command();
  if (parts_.verification) parts_.verification->leave();
}

Snapshot Site::snapshot() const {
  Snapshot s = view_.snapshot(*parts_.store);
  s.armed = diary_.armed();
  s.disarmed = diary_.disarmed();
  tell_of_silence(parts_.store->control(), s.gate);
  return s;
}

void Site::recover_until_decided() {
  mailbox_.set_decided(false);
  bool decided = false;
  while (!mailbox_.leaving()) {
    parts_.store->beat();
    decided = try_to_decide();
    if (decided) break;
    clock_.sleep(kLookAgain);
  }
  if (!decided) return;
  view_.set_doubt(footing_.doubt());
  log(Message::kServes, parts_.settings.name, std::string(name(footing_.serving())) + " serves");
  view_.at_rest();
  runs_.end_what_was_prepared();
  mailbox_.set_decided(true);
}

// A person's word on the doubt decides, too; a command that was let in just before is none.
bool Site::try_to_decide() {
  const std::shared_ptr<Ticket> ticket = mailbox_.next();
  if (!ticket) return recovery_.try_once();
  if (ticket->verb() == "resolve") return carry_out(*ticket);
  mailbox_.command_ended();
  ticket->finish({4, "in doubt: a person must look first, see `cutoverctl status`", nullptr});
  return false;
}

bool Site::carry_out(Ticket& ticket) {
  const bool resolves = ticket.verb() == "resolve";
  look_at_strays(ticket.verb() == "complete");
  Outcome outcome = resolves                      ? resolve_.carry_out(ticket)
                    : ticket.verb() == "complete" ? completion_.carry_out(ticket)
                                                  : orders_.carry_out(ticket);
  // Who armed it did not know of the doubt.
  if (resolves && outcome.exit == 0) diary_.disarm("a doubt was resolved", ticket.by());
  mailbox_.command_ended();  // first: the asker may ask for more at once
  const bool done = outcome.exit == 0;
  ticket.finish(std::move(outcome));
  return done;
}

void Site::tick() {
  parts_.store->beat();
  const Counts counts = parts_.store->counts();
  preflight_.look(counts);
  look_at_strays();
  footing_.retry();
  if (footing_.record.completed()) {
    completion_.look();
  } else if (parts_.trouble.empty()) {
    ownership_.look();
    lives_.look();
    watch_.tick(parts_.replication.get(), footing_.serving(), footing_.record.position,
                clock_.now());
    direct_visitors_.look(footing_.serving(), counts, watch_.position());
    if (ownership_.has_its_turn()) keeper_.look();
  }
  rehearsal_.look(watch_.lag_ms());
  View::Look now = look();
  awaits_calm(now);
  view_.looked(std::move(now));
}

// For what is armed with --quiet. While the gate is closed nobody knows what a pause would be.
std::string Site::awaits_calm(const View::Look& look) {
  std::optional<double> pause_ms;
  if (look.gate.open && look.forecast) pause_ms = look.forecast->total_ms();
  const Counts counts = parts_.store->counts();
  calm_.look(clock_.now(), pause_ms, counts.served[0] + counts.served[1]);
  return calm_.awaits();
}

void Site::keep_what_is_armed() {
  const auto due = diary_.due({clock_.wall_ms(), clock_.now(), footing_.serving(), gate(), calm_});
  if (!due) return;
  orders_.keep(*due, [this] { return awaits_calm(look()); });
  if (!footing_.at_rest() && !mailbox_.leaving()) recover_until_decided();
}

GateState Site::gate() const {
  if (footing_.record.completed()) return {false, {footing_.completed()}};
  GateState gate = parts_.trouble.empty() ? watch_.gate() : GateState{false, {parts_.trouble}};
  const auto close = [&gate](const std::string& reason) {
    if (reason.empty()) return;
    gate.open = false;
    gate.reasons.push_back(reason);
  };
  const std::string doubt = footing_.doubt();
  close(doubt.empty() ? "" : "in doubt: " + doubt);
  close(footing_.unwritten());
  close(ownership_.not_the_owner());
  close(parts_.others == nullptr ? "" : parts_.others->said());
  if (!orders_.serve_awaits().empty())
    gate.notes.push_back("CutoverServe waits: " + orders_.serve_awaits());
  return gate;
}

View::Look Site::look() const {
  const JournalRecord& record = footing_.record;
  if (record.completed())
    return {gate(), {}, {}, {}, WayBack{false, {footing_.completed()}}, utc(record.completed_ms)};
  View::Look look{gate(), watch_.lag_ms(), rehearsal_.slow(),
                  rehearsal_.forecast(footing_.serving()), std::nullopt};
  if (footing_.serving() != Side::kNew || !footing_.at_rest()) return look;
  look.way_back = {look.gate.open, look.gate.reasons};
  if (!look.gate.open && !footing_.not_armed.empty())
    look.way_back->reasons.insert(look.way_back->reasons.begin(), footing_.not_armed);
  if (const std::string direct = direct_visitors_.seen(); !direct.empty()) {
    look.way_back->possible = false;
    look.way_back->reasons.push_back(direct + ": see `cutoverctl preflight`");
  }
  return look;
}

void Site::look_at_strays(bool at_once) {
  const SiteStrays* strays = parts_.store->strays();
  if (!parts_.strays || strays == nullptr || (clock_.now() < strays_at_ && !at_once)) return;
  strays_at_ = clock_.now() + kStraysPause;
  view_.set_strays(parts_.strays->look(*strays, footing_.serving(),
                                       parts_.store->counts().served[0], clock_.wall_ms()));
}

// Before and after: what is armed may begin, or be turned back and stay armed, at any moment.
Outcome Site::abort(const std::string& by) {
  constexpr const char* kAsked = "it was aborted";
  bool disarmed = diary_.disarm(kAsked, by);
  bool heard = false;
  Outcome outcome = mailbox_.abort([&] {
    heard = true;
    audit_.add({{"site", parts_.settings.name}, {"event", "abort asked"}, {"by", by}});
  });
  disarmed |= diary_.disarm(kAsked, by);
  if (!disarmed) return outcome;
  if (!heard && !view_.under_way().running) return {0, "disarmed: nothing goes by itself"};
  outcome.message += "; what was armed is disarmed";
  return outcome;
}

}  // namespace cutover
