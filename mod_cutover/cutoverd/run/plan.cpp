// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/run/plan.h"

#include <optional>
#include <utility>

#include "mod_cutover/cutoverd/run/after_flip.h"
#include "mod_cutover/cutoverd/run/dry_ports.h"
#include "mod_cutover/cutoverd/run/limits.h"
#include "shared/words/times.h"

namespace cutover {
namespace {

constexpr const char* kForward = "nothing: only forward";

// Of the phase as a whole; what is asked of a port has its own besides.
Nanos limit_of(Phase phase, const SiteSettings& settings) {
  switch (phase) {
    case Phase::kQuieting:
      return settings.quiet_time();
    case Phase::kDraining:
      return settings.drain_timeout;
    case Phase::kFencing:
      return settings.fence_timeout;
    case Phase::kCatchingUp:
      return settings.catch_up_timeout;
    case Phase::kProving:
      return static_cast<Millis::rep>(settings.proofs.size()) * settings.proof_timeout;
    default:
      return Nanos{0};
  }
}

bool leads_back(Phase phase) {
  return phase == Phase::kServing || phase == Phase::kUndoing || phase == Phase::kReturning;
}

// By the table: the row that an abort takes, else the first that leads back. A release waits for no
// record where databases say who serves.
std::string undo_of(Phase phase, bool databases) {
  if (phase == Phase::kServing) return {};
  if (phase == Phase::kReleasing && databases) return kForward;
  const Row* found = nullptr;
  for (const Row& row : transition_table()) {
    if (row.phase != phase || !leads_back(row.next) || row.event == Event::kReleased) continue;
    if (found == nullptr || row.event == Event::kAborted) found = &row;
  }
  if (found == nullptr) return kForward;
  std::string text(name(found->next));
  for (const Effect effect : found->effects) text += ", " + std::string(name(effect));
  return text;
}

class Planner {
 public:
  Planner(const SiteSettings& settings, Direction direction)
      : settings_(settings), direction_(direction) {}

  Plan make(const Ports& ports, const JournalRecord& record) {
    hook("before-");
    std::optional<DryDatabases> databases;
    if (ports.replication != nullptr)
      databases.emplace(note_, *ports.replication, settings_, direction_);
    JournalRecord from = record;
    from.phase = JournalPhase::kRest;
    from.side = leaving(direction_);
    if (databases) renew_before_run(*databases, settings_, from);
    const LastRun last = walk(ports, databases ? &*databases : nullptr, from);
    hook("after-");
    plan_.outcome = last.outcome == "done" ? "done" : last.outcome + ": " + last.reason;
    if (databases && !databases->trouble().empty()) plan_.outcome = databases->trouble();
    return std::move(plan_);
  }

 private:
  LastRun walk(const Ports& ports, DryDatabases* databases, JournalRecord& from) {
    DryClock clock(ports.clock);
    DryJournal journal(note_);
    DryStore store(note_, serving(leaving(direction_), 0));
    DryNewHost new_host(note_);
    DryProofs proofs(note_, settings_);
    RunFlags flags;
    DryHooks hooks(note_, settings_);
    Ports dry{databases, nullptr, clock, journal, store, ports.slow};
    if (ports.new_host != nullptr) dry.new_host = &new_host;
    if (!settings_.proofs.empty()) dry.proofs = &proofs;
    if (ports.hooks != nullptr) dry.hooks = &hooks;
    Run run(settings_, direction_, dry, from, flags,
            [this](Phase phase, std::uint16_t, std::string_view why) {
              phase_ = phase;
              note_({phase, "phase", std::string(why), "", {}, limit_of(phase, settings_)});
            });
    return run.go();
  }

  void add(PlannedAct act) {
    act.phase = phase_;
    const bool sent = promoted_ && phase_ == Phase::kPromoting;
    act.undo = sent ? kForward : undo_of(phase_, settings_.has_databases());
    promoted_ |= phase_ == Phase::kPromoting && act.kind == "database";
    plan_.acts.push_back(std::move(act));
  }

  void hook(const char* when) {
    const std::string event = when + std::string(name(direction_));
    for (const Hook& hook : settings_.hooks)
      if (hook.event == event) note_({{}, "hook", event + " " + hook.program, "", {}, kHookLimit});
  }

  const SiteSettings& settings_;
  const Direction direction_;
  Plan plan_;
  Phase phase_ = Phase::kServing;
  bool promoted_ = false;  // something was sent past the point of no return
  const Note note_ = [this](PlannedAct act) { add(std::move(act)); };
};

}  // namespace

Plan plan_of(const SiteSettings& settings, Direction direction, const Ports& ports,
             const JournalRecord& record) {
  return Planner(settings, direction).make(ports, record);
}

nlohmann::json to_json(const Plan& plan) {
  nlohmann::json acts = nlohmann::json::array();
  for (const PlannedAct& act : plan.acts) {
    nlohmann::json one = {{"phase", name(act.phase)}, {"kind", act.kind}, {"what", act.what}};
    if (!act.server.empty()) one["server"] = act.server;
    if (!act.statements.empty()) one["statements"] = act.statements;
    if (act.limit > Nanos{0}) one["limit_ms"] = to_ms(act.limit);
    if (!act.undo.empty()) one["undo"] = act.undo;
    acts.push_back(std::move(one));
  }
  return acts;
}

}  // namespace cutover
