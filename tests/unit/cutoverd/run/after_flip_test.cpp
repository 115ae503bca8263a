// SPDX-License-Identifier: Apache-2.0
// Once the arriving side serves nothing is applied into it.
#include <gtest/gtest.h>

#include "tests/unit/fakes/scene.h"

namespace cutover {
namespace {

TEST(AfterFlip, ALinkIntoTheServingSideThatCouldNotBeStoppedIsOwedAndTheWayBackIsArmed) {
  for (const bool reverse : {true, false}) {
    Scene scene;
    scene.settings.reverse = reverse;
    scene.pair.script["stop applying new"] = {{Answer::unknown("no reply"), false}};
    EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "done");
    EXPECT_EQ(scene.journaled().links_owed, reverse) << "the keeper tries again";
    EXPECT_EQ(scene.pair.of(Side::kOld).linked, reverse);
  }
}

TEST(AfterFlip, AlsoWhereTheOtherIsLeftBehindForGood) {
  Scene scene;
  scene.start_on_new();
  scene.purpose = Purpose::kMoveWithLoss;
  scene.pair.write(Side::kNew);
  EXPECT_EQ(scene.run(Direction::kRollback)->outcome, "done");
  EXPECT_FALSE(scene.pair.of(Side::kOld).applies) << "what root does on new does not come to old";
}

}  // namespace
}  // namespace cutover
