// SPDX-License-Identifier: Apache-2.0
// The moment around the promotion: nobody's lock is in the way before it, and after it the arriving
// database writes down that it serves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mod_cutover/cutoverd/run/run.h"
#include "tests/unit/fakes/scene.h"

namespace cutover {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kLock = "Shared lock on global (root@localhost, connection 7, 40 s)";

TEST(TakingOver, ALockThatCameAfterThePreflightTurnsBackBeforeThePointOfNoReturn) {
  Scene scene;
  scene.on_phase = [&](Phase phase) {
    if (phase == Phase::kFencing) scene.pair.of(Side::kNew).locked_by = kLock;
  };
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_THAT(last->reason, HasSubstr("cannot take over now"));
  EXPECT_THAT(last->reason, HasSubstr(kLock));
  EXPECT_THAT(scene.trace.text(), Not(HasSubstr("journal promote")));
  EXPECT_EQ(scene.word().mode, Mode::kOld);
  EXPECT_FALSE(scene.pair.of(Side::kOld).read_only);
}

TEST(TakingOver, ALockOnTheSideThatIsLeftIsNobodysConcern) {
  Scene scene;
  scene.pair.of(Side::kOld).locked_by = kLock;
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "done");
}

TEST(TakingOver, LocksThatCannotBeSeenTurnBackButWhereOthersPromote) {
  for (const bool promote : {true, false}) {
    Scene scene;
    scene.settings.promote = promote;
    scene.on_phase = [&](Phase phase) {
      if (phase == Phase::kCatchingUp)
        scene.pair.script["locks new"] = {{Answer::unknown("denied"), false}};
      if (phase == Phase::kPromoting) scene.pair.of(Side::kNew).read_only = false;
    };
    const auto last = scene.run(Direction::kSwitch);
    EXPECT_EQ(last->outcome, promote ? "aborted" : "done") << last->reason;
    EXPECT_EQ(last->reason.find("denied") != std::string::npos, promote);
  }
}

TEST(TakingOver, ARehearsalFindsTheLock) {
  Scene scene;
  scene.purpose = Purpose::kRehearse;
  scene.pair.of(Side::kNew).locked_by = kLock;
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_THAT(last->reason, HasSubstr(kLock));
  EXPECT_THAT(last->reason, HasSubstr("nothing had been changed"));
  EXPECT_EQ(scene.word().mode, Mode::kOld);
}

TEST(TakingOver, WhoServesIsWrittenDownThereBeforeAnybodyGoesOn) {
  Scene scene;
  scene.record.epoch = 6;
  ASSERT_EQ(scene.run(Direction::kSwitch)->outcome, "done");
  EXPECT_THAT(scene.trace.text(),
              HasSubstr("promote new\nremember on new\njournal release new\nword new"));
  ASSERT_TRUE(scene.pair.of(Side::kNew).remembers);
  EXPECT_EQ(scene.pair.of(Side::kNew).remembers->epoch, 7U);
  EXPECT_EQ(scene.journaled().remembered, 7U) << "the keeper has nothing to do";
  EXPECT_EQ(scene.not_remembered, "");
}

TEST(TakingOver, WhereThatFailsTheWordGoesAllTheSameAndTheKeeperHasIt) {
  Scene scene;
  scene.record.epoch = 6;
  scene.record.remembered = 6;
  scene.pair.script["remember on new"] = {{Answer::no("INSERT command denied"), false}};
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "done");
  EXPECT_EQ(scene.not_remembered, "INSERT command denied");
  EXPECT_EQ(scene.journaled().remembered, 6U);
  EXPECT_EQ(scene.journaled().epoch, 7U);
  EXPECT_EQ(scene.word().mode, Mode::kNew);
}

}  // namespace
}  // namespace cutover
