// SPDX-License-Identifier: Apache-2.0
// Scenarios: what a coordinator does, in which order, when all goes well and when a step fails.
#include "mod_cutover/cutoverd/run/run.h"

#include <gtest/gtest.h>

#include "tests/unit/fakes/scene.h"

namespace cutover {
namespace {

constexpr const char* kToTheFence =
    "journal drain old\nwithdrawn?\nword hold/old\nsum\njournal fence old\nword "
    "hold/503\nsum\nfence old\n";
constexpr const char* kToThePosition = "position old\njournal catch old\nwait new 0.0\nlocks new\n";
constexpr const char* kRecheck =
    "journal promote old\nread_only old\nposition old\nbeyond new 0.0\n";
constexpr const char* kBack = "journal undo old\nun-fence old\nword old\njournal rest old\n";
constexpr const char* kReleased =
    "remember on new\njournal release new\nword new\npersist new\nstop applying new\nbeyond old "
    "0.0\n"
    "arm way back old 0.0\njournal rest new\n";

std::string joined(std::initializer_list<const char*> parts) {
  std::string text;
  for (const char* part : parts) text += part;
  return text;
}

TEST(Run, AGoodSwitchDoesEverythingInTheProtocolsOrder) {
  Scene scene;
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  EXPECT_EQ(scene.trace.text(),
            joined({kToTheFence, kToThePosition, kRecheck, "promote new\n", kReleased}));
}

TEST(Run, AGoodRollbackIsTheSameTheOtherWayRound) {
  Scene scene;
  scene.start_on_new();
  EXPECT_EQ(scene.run(Direction::kRollback)->outcome, "done");
  EXPECT_EQ(
      scene.trace.text(),
      "journal drain new\nwithdrawn?\nword hold/new\nsum\njournal fence new\nword hold/503\nsum\n"
      "fence new\nposition new\njournal catch new\nwait old 0.0\nlocks old\njournal promote new\n"
      "read_only new\nposition new\nbeyond old 0.0\npromote old\nremember on old\njournal release "
      "old\nword old\n"
      "persist old\nstop applying old\nbeyond new 0.0\narm way back new 0.0\njournal rest old\n");
}

TEST(Run, ASiteWithoutDatabasesMovesBetweenTwoSums) {
  Scene scene(false);
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "done");
  EXPECT_EQ(
      scene.trace.text(),
      "journal drain old\nwithdrawn?\nword hold/old\nsum\njournal fence old\nword hold/503\nsum\n"
      "journal release new\nword new\njournal rest new\n");
}

TEST(Run, ADrainThatDoesNotEndSendsEverybodyBackAndTouchesNoDatabase) {
  Scene scene;
  scene.settings.drain_timeout = Millis{0};
  scene.in_flight = {3};
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_NE(last->reason.find("3 still in flight"), std::string::npos) << last->reason;
  EXPECT_EQ(scene.trace.text(),
            "journal drain old\nwithdrawn?\nword hold/old\nsum\nword old\njournal rest old\n");
}

TEST(Run, ARequestSeenByTheSecondSumTurnsBackBeforeTheFence) {
  Scene scene;
  scene.in_flight = {0, 1};
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "aborted");
  const std::string text = scene.trace.text();
  const auto sealed = text.find("word hold/503\nsum\nsum\n");
  ASSERT_NE(sealed, std::string::npos) << text;
  EXPECT_EQ(text.find("fence old\n", sealed), text.find("un-fence old\n") + 3);
  EXPECT_TRUE(text.ends_with("sum\n" + std::string(kBack))) << text;
}

TEST(Run, ARequestThatJustLooksAtTheSealedGateDoesNotTurnTheSwitchBack) {
  Scene scene;
  scene.in_flight = {0, 1, 0};
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "done");
  EXPECT_NE(scene.trace.text().find("word hold/503\nsum\nsum\nfence old\n"), std::string::npos);
}

TEST(Run, AFenceWithoutAProofIsTakenBackWhetherItHappenedOrNot) {
  for (const bool happened : {false, true}) {
    Scene scene;
    scene.pair.script["fence old"] = {{Answer::unknown("no reply"), happened}};
    EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "aborted");
    EXPECT_EQ(scene.trace.text(), joined({kToTheFence, kBack}));
    EXPECT_FALSE(scene.pair.of(Side::kOld).read_only);
  }
}

TEST(Run, APositionThatCannotBeReadOrIsEmptyTurnsBack) {
  Scene scene;
  scene.on_phase = [&](Phase phase) {
    if (phase == Phase::kCatchingUp) scene.pair.of(Side::kOld).answers = false;
  };
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "aborted");
  EXPECT_EQ(scene.trace.text(), joined({kToTheFence, "position old\n", kBack}));
}

TEST(Run, AReplicaThatDoesNotCatchUpTurnsBack) {
  Scene scene;
  scene.settings.catch_up_timeout = Millis{150};
  scene.pair.of(Side::kNew).linked = false;
  scene.pair.write(Side::kOld);
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "aborted");
  EXPECT_EQ(scene.trace.text(),
            joined({kToTheFence, "position old\njournal catch old\nwait new 1.0\nwait new 1.0\n",
                    kBack}));
}

TEST(Run, AWriteBehindTheFenceIsSeenByTheRecheckAndNothingIsSent) {
  Scene scene;
  scene.on_phase = [&](Phase phase) {
    if (phase == Phase::kPromoting) ++scene.pair.of(Side::kOld).has[0];
  };
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "aborted");
  EXPECT_EQ(scene.trace.text(),
            joined({kToTheFence, kToThePosition,
                    "journal promote old\nread_only old\nposition old\n", kBack}));
}

TEST(Run, AStrangersWriteOnTheArrivingDatabaseIsSeenByTheRecheck) {
  Scene scene;
  scene.pair.of(Side::kNew).has[1] = 1;
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "aborted");
  EXPECT_EQ(scene.trace.text(), joined({kToTheFence, kToThePosition, kRecheck, kBack}));
}

TEST(Run, WhatTheArrivingDatabaseWroteWithoutRowsTurnsNothingBack) {
  Scene scene;
  scene.pair.of(Side::kNew).has[1] = 1;
  scene.pair.of(Side::kNew).without_rows = true;
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "done");
}

// The log that told what they are may be gone since.
TEST(Run, WhatIsInTheBaselineTurnsNothingBackAndStaysInItWhenTheRunIsUndone) {
  Scene scene;
  scene.record.position = "0.1";
  scene.pair.of(Side::kNew).has[1] = 1;
  scene.settings.catch_up_timeout = Millis{0};
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "aborted");
  EXPECT_EQ(scene.record.position, "0.1");
  scene.settings.catch_up_timeout = Millis{1000};
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "done");
}

TEST(Run, APromotionThatIsNotProvedIsSentAgainUntilItIs) {
  Scene scene;
  scene.pair.script["promote new"] = {{Answer::unknown("no reply"), true},
                                      {Answer::no("refused"), false}};
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "done");
  EXPECT_EQ(scene.trace.text(), joined({kToTheFence, kToThePosition, kRecheck,
                                        "promote new\npromote new\npromote new\n", kReleased}));
}

TEST(Run, AnUnfenceThatIsNotProvedIsSentAgainBeforeAnybodyGoesOn) {
  Scene scene;
  scene.in_flight = {0, 1};
  scene.pair.script["un-fence old"] = {{Answer::unknown("no reply"), true}};
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "aborted");
  EXPECT_NE(scene.trace.text().find("un-fence old\nun-fence old\nword old\n"), std::string::npos);
}

TEST(Run, AWayBackThatCannotBeArmedIsToldAndUndoesNothing) {
  Scene scene;
  scene.pair.script["arm way back old 0.0"] = {{Answer::no("no account"), false}};
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "done");
  EXPECT_EQ(scene.way_back, "the way back is not armed: no account");
  EXPECT_TRUE(scene.journaled().owed) << "the keeper tries again";
}

TEST(Run, WithoutDatabasesTheReleaseIsRecordedBeforeAnybodyIsReleased) {
  Scene scene(false);
  scene.journal_fails_at = "release";
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "aborted");
  EXPECT_EQ(scene.word().mode, Mode::kOld);
  EXPECT_EQ(scene.trace.text().find("word new"), std::string::npos) << scene.trace.text();
}

TEST(Run, NoWayBackIsBuiltIntoADatabaseThatMovedAfterItWasLeft) {
  Scene scene;
  scene.on_phase = [&](Phase phase) {
    if (phase == Phase::kReleasing) ++scene.pair.of(Side::kOld).has[0];
  };
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "done");
  EXPECT_NE(scene.way_back.find("writes that the other never got"), std::string::npos);
  EXPECT_EQ(scene.trace.text().find("arm way back"), std::string::npos);
}

TEST(Run, ARecordThatCannotBeWrittenStopsTheActThatItAnnounces) {
  const std::pair<const char*, std::string> cases[] = {
      {"drain", "journal drain old\nword old\njournal rest old\n"},
      {"fence",
       joined({"journal drain old\nwithdrawn?\nword hold/old\nsum\njournal fence old\n", kBack})},
      {"catch", joined({kToTheFence, "position old\njournal catch old\n", kBack})},
      {"promote", joined({kToTheFence, kToThePosition, "journal promote old\n", kBack})}};
  for (const auto& [phase, expected] : cases) {
    Scene scene;
    scene.journal_fails_at = phase;
    EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "aborted");
    EXPECT_EQ(scene.trace.text(), expected) << phase;
  }
}

TEST(Run, ASiteThatIsBeingTakenAwayGoesNoFurtherThanTheFirstRecord) {
  Scene scene;
  scene.withdrawn = true;
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_NE(last->reason.find("takes the site away"), std::string::npos) << last->reason;
  EXPECT_EQ(scene.trace.text(), "journal drain old\nwithdrawn?\nword old\njournal rest old\n");
}

TEST(Run, ReleaseAndUndoDoNotWaitForAJournalThatFails) {
  Scene forward;
  forward.journal_fails_at = "release";
  EXPECT_EQ(forward.run(Direction::kSwitch)->outcome, "done");
  Scene back;
  back.journal_fails_at = "undo";
  back.in_flight = {0, 1};
  EXPECT_EQ(back.run(Direction::kSwitch)->outcome, "aborted");
  EXPECT_EQ(back.word().mode, Mode::kOld);
}

TEST(Run, AnAbortIsHeardUntilTheLastLookAndNotAfterIt) {
  const std::pair<Phase, const char*> cases[] = {{Phase::kDraining, "aborted"},
                                                 {Phase::kFencing, "aborted"},
                                                 {Phase::kCatchingUp, "aborted"},
                                                 {Phase::kPromoting, "done"},
                                                 {Phase::kReleasing, "done"}};
  for (const auto& [when, outcome] : cases) {
    Scene scene;
    scene.in_flight = {1, 0};
    scene.on_phase = [&, when = when](Phase phase) {
      if (phase == when) scene.flags.abort = true;
    };
    EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, outcome) << name(when);
    EXPECT_EQ(scene.pair.of(Side::kOld).read_only, std::string(outcome) == "done");
  }
}

TEST(Run, AStopLeavesAPromotionThatCannotBeProvedToTheNextCoordinator) {
  Scene scene;
  scene.pair.script["promote new"] = {{Answer::unknown("no reply"), false}};
  scene.flags.stop = true;
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "in-doubt");
  EXPECT_EQ(scene.journaled().phase, JournalPhase::kPromote);
  EXPECT_EQ(scene.word().at_deadline, AtDeadline::kRefuse);
}

}  // namespace
}  // namespace cutover
