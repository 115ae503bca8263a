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

// Phases are undone as the run does where they fail. Nothing is, where it goes on to its end.
class Planner {
 public:
  Planner(const SiteSettings& settings, Direction direction, const Ports& ports,
          const JournalRecord& record)
      : settings_(settings), direction_(direction), ports_(ports), record_(record) {
    record_.phase = JournalPhase::kRest;
    record_.side = leaving(direction);
  }

  Plan make() {
    Plan plan;
    plan.outcome = walk(std::nullopt, plan.acts);
    if (plan.outcome != "done") return plan;
    bool sent = false;
    for (PlannedAct& act : plan.acts) {
      if (act.kind == "phase" && act.phase != Phase::kServing) {
        const std::string failed = walk(act.phase, act.undo);
        sent = act.undo.empty();
        if (failed != "aborted" && failed != "done") plan.outcome = failed;
      }
      // Past its record the promotion itself leads nowhere but forward.
      sent |= act.phase == Phase::kPromoting && promotes(act);
      act.forward = sent && act.phase != Phase::kServing;
    }
    return plan;
  }

 private:
  static bool promotes(const PlannedAct& act) {
    return act.kind == "database" || (act.kind == "hook" && act.what.starts_with("promote "));
  }

  // All acts; with a phase that fails, those after it alone. How it ends.
  std::string walk(std::optional<Phase> failing, std::vector<PlannedAct>& acts) {
    Phase phase = Phase::kServing;
    bool told = !failing, failed = false;
    const Note note = [&](PlannedAct act) {
      act.phase = phase;
      if (told) acts.push_back(std::move(act));
    };
    std::optional<DryDatabases> databases;
    if (ports_.replication != nullptr)
      databases.emplace(note, *ports_.replication, settings_, direction_);
    RunFlags flags;
    DryClock clock(ports_.clock, flags);
    DryJournal journal(note, ports_.journal.path());
    DryStore store(note, serving(leaving(direction_), 0));
    DryNewHost new_host(note);
    DryProofs proofs(note, settings_);
    DryHooks hooks(note, settings_);
    Ports dry{databases ? &*databases : nullptr, nullptr, clock, journal, store, ports_.slow};
    if (ports_.new_host != nullptr) dry.new_host = &new_host;
    if (!settings_.proofs.empty()) dry.proofs = &proofs;
    if (ports_.hooks != nullptr) dry.hooks = &hooks;

    JournalRecord record = record_;
    before(note, dry, record);
    const auto on_phase = [&](Phase next, std::uint16_t, std::string_view why) {
      phase = next;
      journal.fails_once = false;
      if (databases && next == Phase::kUndoing) databases->others_undo();
      const bool turns = failed && !told && next != *failing;  // why is our own doing
      told |= turns;
      note({{}, "phase", turns ? "" : std::string(why), "", {}, limit_of(next, settings_)});
      if (failing != next || failed) return;
      failed = journal.fails_once = true;
      flags.abort = true;
    };
    Run run(settings_, direction_, dry, record, flags, on_phase);
    const LastRun last = run.go();
    after(dry, record, last.outcome == "done" ? "after-" + verb() : "aborted");
    if (failing && last.outcome == "done") acts.clear();
    if (databases)
      if (const std::string trouble = databases->tell(acts); !trouble.empty()) return trouble;
    return last.outcome == "in-doubt" || (!failing && last.outcome != "done")
               ? last.outcome + ": " + last.reason
               : last.outcome;
  }

  // As a command does it before its run: what is proved, looked at, prepared.
  void before(const Note& note, const Ports& dry, JournalRecord& record) {
    if (dry.replication != nullptr) renew_before_run(*dry.replication, settings_, record);
    std::string pages;
    for (const Probe& probe : settings_.probes) pages += " " + probe.path;
    note({{},
          "ask",
          "all checks of the preflight" +
              (pages.empty() ? "" : ", without the pages of CutoverProbe:" + pages)});
    if (arriving(direction_) == Side::kNew)
      for (const Probe& proof : settings_.proofs)
        note({{}, "page", "GET " + proof.path + " of the old host"});
    if (!settings_.hooks.empty() && dry.hooks != nullptr) {
      record.prepared = direction_;
      dry.journal.write(record);
      dry.hooks->run(hook("before-" + verb()));
    }
    if (dry.replication != nullptr) dry.replication->take_command(kCommandLimit);
  }

  void after(const Ports& dry, JournalRecord& record, const std::string& event) {
    if (settings_.hooks.empty() || dry.hooks == nullptr) return;
    dry.hooks->run(hook(event));
    record.prepared.reset();
    dry.journal.write(record);
  }

  std::string verb() const { return std::string(name(direction_)); }
  HookCall hook(const std::string& event) const {
    return {event, direction_, record_.side, std::nullopt, "", kHookLimit};
  }

  const SiteSettings& settings_;
  const Direction direction_;
  const Ports& ports_;
  JournalRecord record_;
};

}  // namespace

Plan plan_of(const SiteSettings& settings, Direction direction, const Ports& ports,
             const JournalRecord& record) {
  return Planner(settings, direction, ports, record).make();
}

nlohmann::json to_json(const std::vector<PlannedAct>& acts) {
  nlohmann::json all = nlohmann::json::array();
  for (const PlannedAct& act : acts) {
    nlohmann::json one = {{"phase", name(act.phase)}, {"kind", act.kind}, {"what", act.what}};
    if (!act.server.empty()) one["server"] = act.server;
    if (!act.statements.empty()) one["statements"] = act.statements;
    if (act.limit > Nanos{0}) one["limit_ms"] = to_ms(act.limit);
    if (!act.file.empty()) one["file"] = act.file;
    if (act.forward) one["forward"] = true;
    if (!act.undo.empty()) one["undo"] = to_json(act.undo);
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace cutover
