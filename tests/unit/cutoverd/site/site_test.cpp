// SPDX-License-Identifier: Apache-2.0
// What a coordinator makes of a site that it finds, and of what operators ask.
#include "mod_cutover/cutoverd/site/site.h"

#include <gtest/gtest.h>

#include "tests/unit/fakes/site_at_rest.h"

namespace cutover {
namespace {

JournalRecord at(JournalPhase phase, Side side, const std::string& position = "") {
  return {0, phase, side, position, false, "", ""};
}

Outcome ask(Site& site, const std::string& verb) {
  const auto ticket = std::make_shared<Ticket>(verb, "a test");
  site.submit(ticket);
  while (ticket->next()) {
  }
  return ticket->outcome();
}

TEST(Site, ASiteWithoutDatabasesSwitchesAndRollsBack) {
  Scene scene(false);
  scene.recover([&](Site& site) {
    EXPECT_EQ(ask(site, "preflight").exit, 0);
    EXPECT_EQ(ask(site, "switch").exit, 0);
    EXPECT_EQ(scene.word().mode, Mode::kNew);
    const Outcome back = ask(site, "rollback");
    EXPECT_EQ(back.exit, 0) << back.message;
    EXPECT_EQ(scene.word().mode, Mode::kOld);
  });
}

TEST(Site, ASiteWithDatabasesSwitchesAndRollsBackWithoutLosingAWrite) {
  Scene scene;
  scene.visitors = true;
  scene.settings.max_lag = Millis{60000};
  scene.recover([&](Site& site) {
    EXPECT_EQ(ask(site, "switch").exit, 0);
    EXPECT_EQ(ask(site, "switch").message, "refused: new serves already");
    const Outcome back = ask(site, "rollback");
    EXPECT_EQ(back.exit, 0) << back.message;
  });
  EXPECT_EQ(scene.journaled().side, Side::kOld);
  EXPECT_GE(scene.pair.of(Side::kOld).has[1], scene.pair.of(Side::kNew).has[1]);
}

TEST(Site, AnAbortIsHeardWhileTheHookBeforeTheSwitchStillRuns) {
  Scene scene;
  const std::string hook = scene.folder("hook");
  write_whole(hook, "#!/bin/sh\ntouch " + hook + ".runs\nsleep 0.5\n");
  std::filesystem::permissions(hook, std::filesystem::perms::owner_all);
  scene.settings.hooks = {{"before-switch", hook}};
  scene.recover([&](Site& site) {
    Outcome switched;
    std::thread asker([&] { switched = ask(site, "switch"); });
    while (!std::filesystem::exists(hook + ".runs"))
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_EQ(site.abort("a test").exit, 0);
    asker.join();
    EXPECT_EQ(switched.message, "aborted: before anything was changed");
    EXPECT_EQ(site.abort("a test").message, "nothing is under way that could be aborted");
  });
  EXPECT_EQ(scene.word(), serving(Side::kOld, 1));
  EXPECT_EQ(scene.trace.text().find("fence"), std::string::npos);
}

TEST(Site, ARunThatIsStuckIsLeftToTheNextCoordinatorWhichFinishesIt) {
  Scene scene;
  scene.pair.never = "promote new";
  scene.recover([&](Site& site) {
    Outcome switched;
    std::thread asker([&] { switched = ask(site, "switch"); });
    while (site.snapshot().doubt.empty()) std::this_thread::yield();
    EXPECT_EQ(site.abort("a test").exit, 1) << "too late";
    site.leave(false);
    asker.join();
    EXPECT_EQ(switched.exit, 4);
  });
  EXPECT_EQ(scene.journaled().phase, JournalPhase::kPromote);
  EXPECT_EQ(scene.word().mode, Mode::kHold);
  EXPECT_EQ(scene.word().at_deadline, AtDeadline::kRefuse);
  scene.pair.never.clear();
  EXPECT_EQ(scene.recover()->side, "new");
}

TEST(Site, AnAuditTrailThatSomebodyEditedDoesNotKeepTheCoordinatorFromStarting) {
  Scene scene(false);
  write_whole(scene.folder("events.jsonl"),
              "{\"site\":5}\n{\"site\":\"shop\",\"last\":{}}\n{\"site\":\"shop\",\"last\":7}\n");
  EXPECT_EQ(scene.recover()->side, "old");
}

TEST(Site, NoJournalMeansOldUnlessTheDatabasesSayThatNewWrites) {
  Scene fresh;
  EXPECT_EQ(fresh.recover()->side, "old");
  Scene moved;
  moved.start_on_new();
  EXPECT_EQ(moved.recover()->side, "new");
}

TEST(Site, NoJournalAndAWritableNewDatabaseWithASilentOldOneIsNotGuessed) {
  Scene scene;
  scene.start_on_new();
  scene.pair.of(Side::kOld).answers = false;
  EXPECT_FALSE(scene.recover());
  EXPECT_EQ(scene.word().mode, Mode::kHold);
}

TEST(Site, NoJournalAndAnOldDatabaseThatIsReadOnlyIsNotGuessedEither) {
  for (const bool answers : {false, true}) {
    Scene scene;
    scene.pair.of(Side::kOld).read_only = true;
    scene.pair.of(Side::kNew).answers = answers;
    EXPECT_FALSE(scene.recover());
    EXPECT_EQ(scene.word().mode, Mode::kOld) << "as it was, and nothing is written down";
  }
}

TEST(Site, APromotionIsNotUndoneByTakingTheDatabasesOutOfTheConfiguration) {
  Scene scene(false);
  scene.write_journal(at(JournalPhase::kPromote, Side::kOld, "0.0"));
  EXPECT_FALSE(scene.recover());
  EXPECT_EQ(scene.word().mode, Mode::kHold);
}

TEST(Site, AStrangersWriteWhileHisDatabaseIsBeingFencedIsFlagged) {
  Scene scene;
  scene.write_journal(at(JournalPhase::kCatch, Side::kOld, "0.0"));
  scene.pair.of(Side::kOld).read_only = true;
  scene.pair.of(Side::kNew).read_only = false;
  scene.pair.during = {"fence new", [&] { scene.pair.write(Side::kNew); }};
  const auto end = scene.recover();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->side, "old");
  EXPECT_FALSE(end->gate.open);
  EXPECT_TRUE(scene.journaled().in_doubt) << "durable";
  EXPECT_TRUE(scene.pair.of(Side::kNew).read_only);
}

TEST(Site, WhatWasWrittenToTheOtherDatabaseAtRestIsInDoubtAsLongAsItIsUnknown) {
  Scene scene;
  scene.start_on_new();
  scene.write_journal(at(JournalPhase::kRest, Side::kNew, "0.0"));
  scene.pair.of(Side::kOld).read_only = false;
  scene.pair.during = {"fence old", [&] { scene.pair.of(Side::kOld).deaf_to_positions = true; }};
  const auto end = scene.recover();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->side, "new");
  EXPECT_NE(end->doubt, "");
}

TEST(Site, WhatRecoveryFindsAgainAndAgainIsToldOnce) {
  Scene scene;
  scene.write_journal(at(JournalPhase::kPromote, Side::kOld, "0.0"));
  scene.pair.of(Side::kNew).answers = false;
  EXPECT_FALSE(scene.recover());
  EXPECT_EQ(Audit(scene.folder("events.jsonl")).newest(100, "shop").size(), 1U);
  EXPECT_GT(scene.trace.size(), 20U) << "it did look again";
}

TEST(Site, BothDatabasesRestartedTheWrongWayRoundEndWithOneWriter) {
  Scene scene;
  scene.start_on_new();
  scene.write_journal(at(JournalPhase::kRest, Side::kNew, "0.0"));
  ASSERT_TRUE(scene.recover([](Site& site) { soon([&] { return site.snapshot().gate.open; }); }));
  scene.pair.restart(Side::kOld, false);
  scene.pair.restart(Side::kNew, true);
  const auto end = scene.recover();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->side, "new");
  EXPECT_FALSE(scene.pair.of(Side::kNew).read_only);
  EXPECT_TRUE(scene.pair.of(Side::kOld).read_only) << scene.trace.text();
}

TEST(Site, AReleasedWriterThatRestartedReadOnlyIsUnfencedThoughTheOtherHasWrites) {
  Scene scene;
  scene.start_on_new();
  scene.write_journal(at(JournalPhase::kRelease, Side::kNew, "0.0"));
  scene.pair.of(Side::kNew).read_only = true;
  scene.pair.of(Side::kOld).has[0] = 1;
  const auto end = scene.recover();
  ASSERT_TRUE(end);
  EXPECT_NE(end->doubt, "");
  EXPECT_FALSE(scene.pair.of(Side::kNew).read_only) << scene.trace.text();
}

TEST(Site, ACoordinatorThatDiedAfterTheReleaseLeavesAWayBackThatIsArmed) {
  Scene scene;
  scene.start_on_new();
  scene.pair.of(Side::kOld).linked = false;
  JournalRecord released = at(JournalPhase::kRelease, Side::kNew, "0.0");
  released.owed = true;
  scene.write_journal(released);
  ASSERT_TRUE(scene.recover());
  EXPECT_TRUE(scene.pair.of(Side::kOld).linked) << scene.trace.text();
  EXPECT_FALSE(scene.journaled().owed);
}

TEST(Site, ARefusingBeforeHookEndsWithTheAbortedHook) {
  Scene scene(false);
  const std::string seen = scene.folder("seen");
  const auto hook = [&](const std::string& event, int exit) {
    const std::string path = scene.folder(event + std::to_string(exit));
    std::ofstream(path) << "#!/bin/sh\necho " << event << " >> " << seen << "\nexit " << exit
                        << "\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    scene.settings.hooks.push_back({event, path});
  };
  hook("before-switch", 0);
  hook("before-switch", 1);
  hook("aborted", 0);
  scene.recover([&](Site& site) { EXPECT_EQ(ask(site, "switch").exit, 1); });
  std::ifstream file(seen);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(text, "before-switch\nbefore-switch\naborted\n");
}

TEST(Site, ARecoveryRunsTheHookOfWhatItFinished) {
  Scene scene;
  const std::string seen = scene.folder("seen");
  const std::string path = scene.folder("hook");
  std::ofstream(path) << "#!/bin/sh\necho $CUTOVER_SIDE >> " << seen << "\n";
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  scene.settings.hooks = {{"after-switch", path}};
  JournalRecord record = at(JournalPhase::kPromote, Side::kOld, "0.0");
  record.prepared = Direction::kSwitch;
  scene.write_journal(record);
  scene.pair.of(Side::kOld).read_only = true;
  ASSERT_TRUE(scene.recover());
  std::ifstream file(seen);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "new\n");
}

TEST(Site, WritesOfAStrangerAreSeenAlsoBeforeTheFirstPositionWasJournaled) {
  Scene scene;
  scene.write_journal(at(JournalPhase::kFence, Side::kOld));
  scene.pair.of(Side::kNew).read_only = false;
  scene.pair.of(Side::kNew).has[1] = 1;
  EXPECT_FALSE(scene.recover()) << "the arriving database has writes: a person must decide";
  EXPECT_EQ(scene.word(), sealed(scene.word().epoch));
}

TEST(Site, ASilentDatabaseInTheMiddleOfARunHoldsEverybody) {
  Scene scene;
  scene.write_journal(at(JournalPhase::kPromote, Side::kOld, "0.0"));
  scene.pair.of(Side::kNew).answers = false;
  EXPECT_FALSE(scene.recover());
  EXPECT_EQ(scene.word().mode, Mode::kHold);
  EXPECT_EQ(scene.trace.text().find("promote"), std::string::npos);
}

TEST(Site, AnOldDatabaseThatWroteAfterThePromotionIsWaitedForWhileTheLinkLives) {
  Scene scene;
  scene.write_journal(at(JournalPhase::kPromote, Side::kOld, "0.0"));
  scene.pair.of(Side::kOld).has[0] = 3;
  const auto end = scene.recover();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->side, "new");
  EXPECT_EQ(end->doubt, "");
  EXPECT_EQ(scene.pair.of(Side::kNew).has[0], 3);
  EXPECT_TRUE(scene.pair.of(Side::kOld).read_only);
}

TEST(Site, AnOldDatabaseThatWroteAfterThePromotionWithoutALinkIsFlagged) {
  Scene scene;
  scene.write_journal(at(JournalPhase::kPromote, Side::kOld, "0.0"));
  scene.pair.of(Side::kOld).has[0] = 3;
  scene.pair.of(Side::kNew).linked = false;
  const auto end = scene.recover();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->side, "new");
  EXPECT_NE(end->doubt, "");
  EXPECT_FALSE(end->gate.open);
  EXPECT_TRUE(scene.journaled().in_doubt) << "durable";
}

TEST(Site, CutoverServeIsHeardOnceAndNotRepeatedAfterTheCommandUndidIt) {
  Scene scene(false);
  scene.settings.serve = Side::kNew;
  scene.recover([&](Site& site) {
    // The gate may be seen open before it is heard.
    for (int i = 0; i < 5000 && scene.word().mode != Mode::kNew; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_EQ(scene.word().mode, Mode::kNew);
    EXPECT_EQ(ask(site, "rollback").exit, 0);
  });
  EXPECT_EQ(scene.recover()->side, "old");
}

}  // namespace
}  // namespace cutover
