// SPDX-License-Identifier: Apache-2.0
// A run between databases that replicate by file and position: where the way back begins.
#include <gtest/gtest.h>

#include "tests/unit/fakes/scene.h"

namespace cutover {
namespace {

constexpr const char* kKnown = "file:old@log.000001:0,new@log.000001:0";

// Whoever it is: as soon as a server is writable he writes there, also before the link is built.
void write_wherever_it_goes(Scene& scene) {
  scene.after_look = [&scene] {
    scene.pair.write(Side::kOld);
    scene.pair.write(Side::kNew);
  };
}

TEST(ByFileRun, TheWayBackBeginsWhereTheArrivingOneStoodBeforeItsFirstWrite) {
  for (const char* known : {"", kKnown}) {
    Scene scene;
    scene.pair.by_file = true;
    scene.record.position = known;
    write_wherever_it_goes(scene);
    EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "done");
    EXPECT_GT(scene.pair.of(Side::kNew).has[1], 0);
    const Position journaled = scene.journaled().position;
    EXPECT_EQ(place_of(journaled, "new")->offset, 0U) << journaled;
    EXPECT_GT(place_of(journaled, "old")->offset, 0U) << journaled;
    EXPECT_NE(scene.trace.text().find("arm way back old " + journaled), std::string::npos)
        << scene.trace.text();
  }
}

TEST(ByFileRun, WhatTheArrivingOneHasWrittenSinceItWasKnownTurnsItBack) {
  Scene scene;
  scene.pair.by_file = true;
  scene.record.position = kKnown;
  scene.pair.of(Side::kNew).has[1] = 1;
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_NE(last->reason.find("has writes of its own"), std::string::npos) << last->reason;
  EXPECT_FALSE(scene.pair.of(Side::kOld).read_only);
  EXPECT_EQ(scene.journaled().position, kKnown) << "as before the run";
}

TEST(ByFileRun, ALeavingOneThatMovesBehindItsFenceTurnsItBack) {
  Scene scene;
  scene.pair.by_file = true;
  scene.record.position = kKnown;
  scene.pair.during = {"read_only old", [&scene] { ++scene.pair.of(Side::kOld).has[0]; }};
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_TRUE(scene.pair.of(Side::kNew).read_only);
}

// Without the link nothing tells what is lost; so it is not given up.
TEST(ByFileRun, ALossIsNotAcceptedThatCannotBeCounted) {
  Scene scene;
  scene.start_on_new();
  scene.pair.by_file = true;
  scene.record.position = "file:new@log.000001:0,old@log.000001:0";
  scene.settings.catch_up_timeout = Millis{50};
  scene.pair.of(Side::kOld).linked = false;
  scene.pair.write(Side::kNew);
  scene.purpose = Purpose::kMoveWithLoss;
  EXPECT_EQ(scene.run(Direction::kRollback)->outcome, "aborted");
  EXPECT_EQ(scene.trace.text().find("sever"), std::string::npos);
  EXPECT_FALSE(scene.journaled().owed) << "no link is built where one may have been";
}

}  // namespace
}  // namespace cutover
