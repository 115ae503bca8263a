// SPDX-License-Identifier: Apache-2.0
// The plan of a run and the run, on the same fakes: records, words and acts are the same ones, in
// the same order, and a plan does none of them.
#include "mod_cutover/cutoverd/run/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/unit/fakes/desk_on_fakes.h"
#include "tests/unit/fakes/scene.h"

namespace cutover {
namespace {

using testing::HasSubstr;

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
      {"made the writer, and read back", "promote "},
      {"writes down that it serves", "remember on "},
      {"both keep their roles over a restart", "persist "},
      {"applies nothing any more", "stop applying "},
      {"replicates from the other", "arm way back "}};
  for (const auto& [what, step] : kActs)
    if (act.what == what) return "database " + step + act.server;
  return act.kind + " " + act.what;
}

std::vector<std::string> foretold(const Plan& plan) {
  std::vector<std::string> acts;
  for (const PlannedAct& act : plan.acts)
    if (act.kind == "record" || act.kind == "word" ||
        (act.kind == "database" && act.phase != Phase::kServing))
      acts.push_back(named(act));
  return acts;
}

// Plans it, sees that nothing was touched, and does it.
void expect_the_same(Scene& scene, Direction direction, bool databases = true) {
  if (direction == Direction::kRollback) scene.start_on_new();
  DeskOnFakes other;  // its store, journal and clock are not to be touched either
  FakeReplication replication(scene.pair, scene.trace, scene.clock);
  FakeProofs proofs(scene.trace, scene.clock, scene.proofs, scene.proof_takes);
  const Ports ports{databases ? &replication : nullptr,
                    nullptr,
                    scene.clock,
                    other.journal,
                    other.store,
                    nullptr,
                    scene.proofs.empty() ? nullptr : &proofs};
  const Plan plan = plan_of(scene.settings, direction, ports, scene.record);
  EXPECT_EQ(plan.outcome, "done");
  EXPECT_TRUE(did(scene).empty()) << scene.trace.text();
  EXPECT_TRUE(other.trace.text().empty()) << other.trace.text();
  scene.trace.clear();
  const auto last = scene.run(direction);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  EXPECT_EQ(foretold(plan), did(scene));
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

TEST(Plan, SaysWhatUndoesAPhaseAndWhereNothingDoes) {
  Scene scene;
  DeskOnFakes other;
  FakeReplication replication(scene.pair, scene.trace, scene.clock);
  scene.settings.hooks = {{"before-switch", "/bin/false"}, {"after-switch", "/bin/false"}};
  const Ports ports{&replication, nullptr, scene.clock, other.journal, other.store};
  const Plan plan = plan_of(scene.settings, Direction::kSwitch, ports, scene.record);
  EXPECT_EQ(plan.acts.front().what, "before-switch /bin/false") << "and it was not run";
  EXPECT_EQ(plan.acts.back().what, "after-switch /bin/false");
  for (const PlannedAct& act : plan.acts) {
    if (act.phase == Phase::kCatchingUp) EXPECT_THAT(act.undo, HasSubstr("un-fence"));
    if (act.phase == Phase::kReleasing) EXPECT_THAT(act.undo, HasSubstr("only forward"));
    if (act.kind == "database" && act.phase != Phase::kServing)
      EXPECT_EQ(act.statements, std::vector<std::string>{act.server + "> statement"});
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
