// SPDX-License-Identifier: Apache-2.0
// A rollback that does without what old lacks.
#include <gtest/gtest.h>

#include "mod_cutover/cutoverd/run/run.h"
#include "tests/unit/fakes/scene.h"

namespace cutover {
namespace {

TEST(WithLoss, TheLinkIsWaitedForAsLongAsItRuns) {
  Scene scene;
  scene.start_on_new();
  scene.purpose = Purpose::kMoveWithLoss;
  scene.pair.write(Side::kNew);
  const auto last = scene.run(Direction::kRollback);
  EXPECT_EQ(last->outcome, "done");
  EXPECT_EQ(last->lost, "");
  EXPECT_EQ(scene.trace.text().find("sever"), std::string::npos);
}

TEST(WithLoss, WhatOldLacksIsCountedBehindTheFenceAndNoWayBackIsArmed) {
  Scene scene;
  scene.start_on_new();
  scene.purpose = Purpose::kMoveWithLoss;
  scene.pair.of(Side::kOld).linked = false;
  scene.pair.write(Side::kNew);
  const auto last = scene.run(Direction::kRollback);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  EXPECT_EQ(last->lost, "1 of new");
  const std::string text = scene.trace.text();
  EXPECT_NE(
      text.find(
          "journal catch new\nlink old\nsever old\nmissing old\nlocks old\njournal promote new\n"),
      std::string::npos)
      << text;
  EXPECT_EQ(text.find("arm way back"), std::string::npos);
  EXPECT_FALSE(scene.journaled().owed);
  EXPECT_FALSE(scene.pair.of(Side::kOld).read_only);
  EXPECT_TRUE(scene.pair.of(Side::kNew).read_only);
}

TEST(WithLoss, ALinkThatWasSeveredForALossThatDidNotComeToPassIsOwedAgain) {
  Scene scene;
  scene.start_on_new();
  scene.purpose = Purpose::kMoveWithLoss;
  scene.pair.of(Side::kOld).linked = false;
  scene.journal_fails_at = "promote";
  EXPECT_EQ(scene.run(Direction::kRollback)->outcome, "aborted");
  EXPECT_TRUE(scene.journaled().owed);
  EXPECT_EQ(scene.journaled().side, Side::kNew);
}

}  // namespace
}  // namespace cutover
