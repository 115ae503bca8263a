// SPDX-License-Identifier: Apache-2.0
// The plan of a run and the run, on the same fakes: records, words and acts are the same ones, in
// the same order, and a plan does none of them.
#include "mod_cutover/cutoverd/run/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "tests/unit/fakes/desk_on_fakes.h"
#include "tests/unit/fakes/scene.h"

namespace cutover {
namespace {

using testing::HasSubstr;
using testing::IsSupersetOf;

// The steps of a run that change something, as the plan names them.
std::vector<std::string> did(const Scene& scene) {
  std::vector<std::string> acts;
  std::istringstream lines(scene.trace.text());
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("journal ")) acts.push_back("record " + line.substr(8));
    if (line.starts_with("word hold/"))
      acts.push_back("word hold, at the deadline " + line.substr(10));
    else if (line.starts_with("word "))
      acts.push_back(line);
    if (line.starts_with("hook ")) acts.push_back(line);
    for (const std::string act : {"fence ", "promote ", "remember on ", "persist ",
                                  "stop applying ", "arm way back ", "un-fence "})
      if (line.starts_with(act))
        acts.push_back("database " + line.substr(0, line.find(' ', act.size())));
  }
  return acts;
}

std::string named(const PlannedAct& act) {
  static const std::vector<std::pair<std::string, std::string>> kActs = {
      {"made read-only, and read back", "fence "},
      {"made writable, and read back", "un-fence "},
      {"made the writer, and read back", "promote "},
      {"writes down that it serves", "remember on "},
      {"both keep their roles over a restart", "persist "},
      {"applies nothing any more", "stop applying "},
      {"replicates from the other", "arm way back "}};
  for (const auto& [what, step] : kActs)
    if (act.what == what) return "database " + step + act.server;
  if (act.kind == "hook")
    return "hook " + act.what.substr(0, act.what.find(' ')) + " " + act.server;
  // A scene's run is one of no command, which would have run a hook before it.
  if (act.kind == "record") return "record " + act.what.substr(0, act.what.find(','));
  return act.kind + " " + act.what;
}

// `from_rest`: of a run that was turned back the last ones are there, and the hook `aborted` is
// none of the run's.
std::vector<std::string> foretold(const std::vector<PlannedAct>& planned, bool from_rest = false) {
  std::vector<std::string> acts;
  for (const PlannedAct& act : planned)
    if ((act.phase != Phase::kServing || from_rest) && act.kind != "phase" && act.kind != "ask" &&
        act.kind != "page" && act.what.find("never end") == std::string::npos)
      acts.push_back(named(act));
  return acts;
}

std::vector<std::string> whats(const std::vector<PlannedAct>& acts) {
  std::vector<std::string> all;
  for (const PlannedAct& act : acts) all.push_back(act.what);
  return all;
}

// Plans it, sees that nothing was touched, and does it.
void expect_the_same(Scene& scene, Direction direction, bool databases = true) {
  if (direction == Direction::kRollback) scene.start_on_new();
  DeskOnFakes other;  // its store, journal and clock are not to be touched either
  FakeReplication replication(scene.pair, scene.trace, scene.clock);
  FakeProofs proofs(scene.trace, scene.clock, scene.proofs, scene.proof_takes);
  std::optional<FakeHooks> hooks;
  if (scene.hooks) hooks.emplace(scene.pair, *scene.hooks, scene.trace, scene.clock);
  const Ports ports{databases ? &replication : nullptr,
                    nullptr,
                    scene.clock,
                    other.journal,
                    other.store,
                    nullptr,
                    scene.proofs.empty() ? nullptr : &proofs,
                    hooks ? &*hooks : nullptr};
  const Plan plan = plan_of(scene.settings, direction, ports, scene.record);
  EXPECT_EQ(plan.outcome, "done");
  EXPECT_TRUE(did(scene).empty()) << scene.trace.text();
  EXPECT_TRUE(other.trace.text().empty()) << other.trace.text();
  scene.trace.clear();
  const auto last = scene.run(direction);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  EXPECT_EQ(foretold(plan.acts), did(scene));
  std::vector<std::string> phases;
  for (const PlannedAct& act : plan.acts)
    if (act.kind == "phase" && act.phase != Phase::kServing) phases.emplace_back(name(act.phase));
  std::vector<std::string> ran;
  for (const PhaseTime& phase : last->phases) ran.push_back(phase.name);
  EXPECT_EQ(phases, ran);
}

TEST(Plan, OfASwitchAndOfARollbackIsWhatTheyDo) {
  for (const Direction direction : {Direction::kSwitch, Direction::kRollback})
    for (const bool by_file : {false, true}) {
      Scene scene;
      scene.pair.by_file = by_file;
      expect_the_same(scene, direction);
    }
}

TEST(Plan, OfASiteWithoutDatabasesIsWhatItDoes) {
  Scene scene(false);
  expect_the_same(scene, Direction::kSwitch, false);
}

TEST(Plan, WithAProofIsWhatItDoes) {
  Scene scene;
  scene.proofs = {Answer::yes()};
  scene.settings.proofs.resize(1, Probe{"/", "", {}});
  scene.settings.hold_timeout = Millis{20000};
  expect_the_same(scene, Direction::kSwitch);
}

Plan plan_on(Scene& scene) {
  DeskOnFakes other;
  FakeReplication replication(scene.pair, scene.trace, scene.clock);
  FakeProofs proofs(scene.trace, scene.clock, scene.proofs, scene.proof_takes);
  FakeHooks hooks(scene.pair, *scene.hooks, scene.trace, scene.clock);
  Ports ports{&replication, nullptr, scene.clock, other.journal, other.store};
  ports.proofs = scene.proofs.empty() ? nullptr : &proofs;
  ports.hooks = &hooks;
  return plan_of(scene.settings, Direction::kSwitch, ports, scene.record);
}

void with_hooks(Scene& scene, bool by_others) {
  scene.hooks.emplace();
  scene.settings.hold_timeout = Millis{60000};
  scene.settings.hooks = {{"fenced", "/bin/true"}, {"unfence", "/bin/true"}};
  if (!by_others) return;
  scene.settings.fence = scene.settings.promote = false;
  scene.settings.hooks.push_back({"fence", "/bin/true"});
  scene.settings.hooks.push_back({"promote", "/bin/true"});
}

TEST(Plan, WithHooksInThePauseIsWhatItDoes) {
  for (const bool by_others : {false, true})
    for (const Direction direction : {Direction::kSwitch, Direction::kRollback}) {
      Scene scene;
      with_hooks(scene, by_others);
      expect_the_same(scene, direction);
    }
}

// As an abort in that phase does.
void expect_undone_the_same(Phase phase, bool by_others, bool proof) {
  SCOPED_TRACE(std::string(name(phase)) + (by_others ? " by others" : "") +
               (proof ? " with a proof" : ""));
  Scene scene;
  with_hooks(scene, by_others);
  if (proof) {
    scene.proofs = {Answer::yes()};
    scene.settings.proofs.resize(1, Probe{"/", "", {}});
  }
  const Plan plan = plan_on(scene);
  ASSERT_EQ(plan.outcome, "done");
  const auto planned = std::find_if(plan.acts.begin(), plan.acts.end(), [&](const PlannedAct& act) {
    return act.kind == "phase" && act.phase == phase;
  });
  ASSERT_NE(planned, plan.acts.end());
  bool left = false;
  scene.on_phase = [&](Phase now) {
    if (now == phase) scene.flags.abort = true;
    if (now != phase && scene.flags.abort && !std::exchange(left, true)) scene.trace.clear();
  };
  const auto last = scene.run(Direction::kSwitch);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_TRUE(left);
  std::vector<std::string> undo = foretold(planned->undo, true);
  std::erase_if(undo, [](const std::string& act) { return act.starts_with("hook aborted"); });
  if (!undo.empty() && undo.back() == "record rest old") undo.pop_back();  // after that hook
  EXPECT_EQ(undo, did(scene));
}

TEST(Plan, SaysOfAPhaseWhatAnAbortInItDoes) {
  for (const Phase phase : {Phase::kDraining, Phase::kFencing, Phase::kCatchingUp})
    for (const bool by_others : {false, true}) expect_undone_the_same(phase, by_others, false);
  expect_undone_the_same(Phase::kProving, false, true);
}

TEST(Plan, SaysWhatUndoesAPhaseAndWhereNothingDoes) {
  Scene scene;
  DeskOnFakes other;
  FakeReplication replication(scene.pair, scene.trace, scene.clock);
  scene.settings.hooks = {{"before-switch", "/bin/false"}, {"after-switch", "/bin/false"}};
  HookScript script;
  FakeHooks hooks(scene.pair, script, scene.trace, scene.clock);
  Ports ports{&replication, nullptr, scene.clock, other.journal, other.store};
  ports.hooks = &hooks;
  const Plan plan = plan_of(scene.settings, Direction::kSwitch, ports, scene.record);
  EXPECT_THAT(whats(plan.acts),
              IsSupersetOf({"before-switch /bin/false", "after-switch /bin/false"}))
      << "and none was run";
  for (const PlannedAct& act : plan.acts) {
    if (act.kind == "phase" && act.phase == Phase::kCatchingUp) {
      EXPECT_THAT(whats(act.undo), IsSupersetOf({"undo old", "made writable, and read back", "old",
                                                 "rest old", "rest old, a last hook owed"}));
    }
    if (act.phase == Phase::kReleasing) {
      EXPECT_TRUE(act.forward);
      EXPECT_TRUE(act.undo.empty());
    }
    if (act.kind == "database" && act.phase != Phase::kServing) {
      EXPECT_EQ(act.statements, std::vector<std::string>{act.server + "> statement"});
    }
  }
}

// A server that does not say what it would be sent, or where it stands, is no plan.
TEST(Plan, WhatCannotBeToldIsSaid) {
  Scene scene;
  DeskOnFakes other;
  FakeReplication replication(scene.pair, scene.trace, scene.clock);
  scene.pair.of(Side::kOld).answers = false;
  const Ports ports{&replication, nullptr, scene.clock, other.journal, other.store};
  const Plan plan = plan_of(scene.settings, Direction::kSwitch, ports, scene.record);
  EXPECT_THAT(plan.outcome, HasSubstr("the last position is unknown"));
}

}  // namespace
}  // namespace cutover
