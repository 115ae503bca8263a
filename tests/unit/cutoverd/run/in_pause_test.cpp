// SPDX-License-Identifier: Apache-2.0
// Programs of CutoverHook in the pause: fence, fenced, unfence, promote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mod_cutover/cutoverd/run/run.h"
#include "tests/unit/fakes/scene.h"

namespace cutover {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

struct InPause : testing::Test {
  explicit InPause(bool databases = true) : scene(databases) {
    scene.hooks.emplace();
    scene.settings.hold_timeout = Millis{30000};
  }
  void others(const std::vector<std::string>& events) {
    scene.settings.fence = scene.settings.promote = false;
    with(events);
  }
  void with(const std::vector<std::string>& events) {
    for (const std::string& event : events) scene.settings.hooks.push_back({event, "/" + event});
  }
  void script(const std::string& event, const std::deque<ScriptedHook>& next) {
    scene.hooks->next[event] = next;
  }
  int times(const std::string& step) const {
    int found = 0;
    for (const HookCall& call : scene.hooks->calls) found += call.event == step ? 1 : 0;
    return found;
  }
  FakeServer& at(Side side) { return scene.pair.of(side); }
  std::string trace() const { return scene.trace.text(); }

  Scene scene;
};

TEST_F(InPause, FencePromoteAndFencedAreRunWhereTheyBelongAndReadBack) {
  others({"fence", "fenced", "unfence", "promote"});
  scene.visitors = true;
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done") << last->reason << trace();
  EXPECT_THAT(trace(),
              HasSubstr("hook fence old\nread_only old\nposition old\njournal catch old\n"));
  EXPECT_THAT(trace(), HasSubstr("hook fenced old\nlocks new\n"));
  EXPECT_LT(trace().find("wait new"), trace().find("hook fenced old"));
  EXPECT_LT(trace().find("hook fenced old"), trace().find("journal promote old"));
  EXPECT_THAT(trace(), HasSubstr("hook promote new\nread_only new\nremember on new\n"));
  EXPECT_EQ(times("unfence"), 0);
  EXPECT_THAT(trace(), Not(HasSubstr("\nfence old")));
  EXPECT_THAT(trace(), Not(HasSubstr("\npromote new")));
}

TEST_F(InPause, ARollbackRunsTheSameOnTheOtherDatabases) {
  others({"fence", "fenced", "unfence", "promote"});
  scene.start_on_new();
  EXPECT_EQ(scene.run(Direction::kRollback)->outcome, "done");
  ASSERT_EQ(scene.hooks->calls.size(), 3U);
  for (const HookCall& call : scene.hooks->calls) {
    EXPECT_EQ(call.direction, Direction::kRollback);
    EXPECT_EQ(call.serving, Side::kNew);
    EXPECT_EQ(call.database, call.event == "promote" ? Side::kOld : Side::kNew);
    EXPECT_EQ(call.limit, Nanos(scene.settings.hook_timeout));
  }
}

TEST_F(InPause, AFenceThatFailsOrTakesTooLongAbortsAndIsTakenBack) {
  for (const ScriptedHook& bad : {ScriptedHook{Answer::no("hook fence exited with 3")},
                                  ScriptedHook{Answer::yes(), true, std::chrono::seconds(60)}}) {
    scene.hooks.emplace();
    scene.settings.hooks.clear();
    others({"fence", "unfence", "promote"});
    script("fence", {bad});
    const auto last = scene.run(Direction::kSwitch);
    EXPECT_EQ(last->outcome, "aborted");
    EXPECT_THAT(last->reason, HasSubstr("hook fence"));
    EXPECT_THAT(trace(), EndsWith("journal undo old\nhook unfence old\nread_only old\nword old\n"
                                  "journal rest old\n"));
    EXPECT_FALSE(at(Side::kOld).read_only);
    EXPECT_EQ(times("promote"), 0);
  }
}

TEST_F(InPause, AFenceThatSaysItIsDoneAndIsNotIsWaitedForAndAborts) {
  others({"fence", "unfence"});
  script("fence", {{Answer::yes(), false}});
  scene.visitors = true;
  const Nanos begun = scene.clock.now();
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_THAT(last->reason, HasSubstr("the old database read-only (CutoverFence Off)"));
  EXPECT_GE(scene.clock.now() - begun, Nanos(scene.settings.fence_timeout));
  EXPECT_THAT(trace(), Not(HasSubstr("journal promote")));
}

TEST_F(InPause, AnAbortEndsAFenceAndAFenced) {
  for (const char* event : {"fence", "fenced"}) {
    scene.hooks.emplace();
    scene.settings.hooks.clear();
    scene.flags.abort = false;
    others({"fence", "fenced", "unfence"});
    script(event, {{Answer::yes(), true, std::chrono::seconds(4)}});
    scene.hooks->during = [&](const HookCall& call) {
      if (call.event == event) scene.flags.abort = true;
    };
    const Nanos begun = scene.clock.now();
    const auto last = scene.run(Direction::kSwitch);
    EXPECT_EQ(last->reason, "aborted; everything goes back");
    EXPECT_LT(scene.clock.now() - begun, std::chrono::seconds(1));
    EXPECT_EQ(times("unfence"), 1);
    EXPECT_FALSE(at(Side::kOld).read_only);
    EXPECT_EQ(scene.word().mode, Mode::kOld);
  }
}

TEST_F(InPause, FencedBehindOurOwnFenceAbortsByFailingAndUnfenceComesBeforeOurs) {
  with({"fenced", "unfence"});
  script("fenced", {{Answer::no("hook fenced exited with 1")}});
  script("unfence", {{Answer::no("hook unfence exited with 1")}});
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_EQ(last->reason,
            "the hook fenced failed; everything goes back: hook fenced exited with 1");
  EXPECT_THAT(trace(), HasSubstr("hook unfence old\nun-fence old\nword old\n"));
  EXPECT_THAT(scene.hooks->calls.back().reason, HasSubstr("the hook fenced failed"));
}

TEST_F(InPause, WhatTheHookFencedWroteOnOldIsSeenBeforeThePromotion) {
  with({"fenced"});
  scene.hooks->during = [&](const HookCall&) { ++at(Side::kOld).has[0]; };
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_THAT(last->reason, HasSubstr("moved to 1.0 behind its fence"));
}

TEST_F(InPause, AnUnfenceIsRunAgainUntilTheDatabaseIsReadBackWritable) {
  others({"fence", "unfence"});
  script("fence", {{Answer::no("hook fence exited with 1")}});
  script("unfence", {{Answer::no("hook unfence exited with 1"), false},
                     {Answer::yes(), false},
                     {Answer::yes(), true}});
  bool served_too_early = false;
  scene.after_look = [&] {
    served_too_early |= at(Side::kOld).read_only && scene.word().mode == Mode::kOld &&
                        scene.journaled().phase == JournalPhase::kUndo;
  };
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_THAT(last->reason, HasSubstr("hook fence exited with 1"));
  EXPECT_EQ(times("unfence"), 3);
  EXPECT_FALSE(served_too_early);
  EXPECT_FALSE(at(Side::kOld).read_only);
}

TEST_F(InPause, APromoteIsRunAgainUntilTheDatabaseIsReadBackWritable) {
  others({"fence", "unfence", "promote"});
  script("promote", {{Answer::no("hook promote exited with 1"), false},
                     {Answer::no("hook promote exited with 1"), false},
                     {Answer::yes(), false},
                     {Answer::yes(), true}});
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  EXPECT_EQ(times("promote"), 4);
  EXPECT_EQ(times("unfence"), 0);
}

TEST_F(InPause, APromoteThatFailedAndIsReadBackAllTheSameIsDone) {
  others({"fence", "unfence", "promote"});
  script("promote", {{Answer::no("hook promote exited with 1"), true}});
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "done");
  EXPECT_EQ(times("promote"), 1);
}

TEST_F(InPause, NoAbortIsHeardPastThePointOfNoReturnAndAStopLeavesItToTheNext) {
  others({"fence", "unfence", "promote"});
  script("promote", {{Answer::no("hook promote exited with 1"), false}});
  scene.hooks->during = [&](const HookCall& call) {
    if (call.event != "promote") return;
    EXPECT_FALSE(call.stop && call.stop());
    scene.flags.abort = scene.flags.stop = true;
  };
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "in-doubt");
  EXPECT_EQ(scene.journaled().phase, JournalPhase::kPromote);
  EXPECT_EQ(times("promote"), 1);
}

TEST_F(InPause, WhereNoTimeIsLeftForThePromotionNothingIsPromoted) {
  others({"fence", "fenced", "unfence", "promote"});
  scene.settings.hold_timeout = Millis{8000};
  script("fenced", {{Answer::yes(), true, std::chrono::seconds(4)}});
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_THAT(last->reason, HasSubstr("no time is left for the hook promote"));
  EXPECT_THAT(trace(), Not(HasSubstr("journal promote")));
  EXPECT_EQ(times("unfence"), 1);
}

TEST_F(InPause, AFailedProofLeadsBackThroughUnfenceAndNotThroughFenced) {
  with({"fenced", "unfence"});
  scene.settings.proofs = {Probe{"/", "", {}}};
  scene.proofs = {Answer::no("/: status 500")};
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_EQ(times("fenced"), 1);
  EXPECT_THAT(trace(), HasSubstr("promote old\nhook unfence old\nremember on old\n"));
}

TEST_F(InPause, ARehearsalRunsNone) {
  others({"fence", "fenced", "unfence", "promote"});
  scene.purpose = Purpose::kRehearse;
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "done");
  EXPECT_TRUE(scene.hooks->calls.empty());
}

struct InPauseWithoutDatabases : InPause {
  InPauseWithoutDatabases() : InPause(false) { with({"fenced", "unfence"}); }
};

TEST_F(InPauseWithoutDatabases, FencedIsRunBehindTheSealAndItsStatusAloneCounts) {
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "done");
  EXPECT_THAT(trace(), HasSubstr("hook fenced old\njournal release new\nword new\n"));
  EXPECT_EQ(times("unfence"), 0);
}

TEST_F(InPauseWithoutDatabases, WhereItFailsUnfenceIsRunUntilItSaysThatItIsDone) {
  script("fenced", {{Answer::no("hook fenced exited with 1")}});
  script("unfence", {{Answer::no("hook unfence exited with 1")}, {Answer::yes()}});
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_EQ(times("unfence"), 2);
  EXPECT_EQ(scene.word().mode, Mode::kOld);
}

}  // namespace
}  // namespace cutover
