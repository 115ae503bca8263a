// SPDX-License-Identifier: Apache-2.0
// Requests that never end: when a run has their connections closed, how long it waits, and what it
// does about those that go on.
#include <gtest/gtest.h>

#include "mod_cutover/cutoverd/run/run.h"
#include "tests/unit/fakes/scene.h"

namespace cutover {
namespace {

constexpr const char* kClose = "\nclose endless old\n";

bool was_told(const Scene& scene, const std::string& text) {
  return scene.trace.text().find(text) != std::string::npos;
}

TEST(Endless, WhereThereIsNoneNobodyIsTold) {
  Scene scene;
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  EXPECT_FALSE(was_told(scene, "close endless"));
  EXPECT_EQ(closed_ones(*last), "");
}

TEST(Endless, TheyAreClosedBehindTheSealAndBeforeTheFence) {
  Scene scene;
  scene.endless = scene.endless_closing = 3;
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  EXPECT_TRUE(was_told(scene, "word hold/503\nsum\nclose endless old\nfence old\n"))
      << scene.trace.text();
  EXPECT_EQ(closed_ones(*last), "3 connections that never end were closed");
}

TEST(Endless, WhoGoesOnIsCoveredByTheFence) {
  Scene scene;
  scene.endless = 3;
  scene.endless_closing = 2;
  const Nanos began = scene.clock.now();
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  EXPECT_EQ(last->closed, 2);
  EXPECT_EQ(last->left_open, 1);
  EXPECT_EQ(closed_ones(*last),
            "3 connections that never end were closed, and the requests of 1 went on for longer");
  EXPECT_GE(scene.clock.now() - began, Millis{250});
  EXPECT_LT(scene.clock.now() - began, Millis{300});
}

TEST(Endless, WithoutAFenceOfOursItTurnsTheRunBack) {
  Scene scene;
  scene.settings.fence = false;
  scene.endless = 1;
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_NE(last->reason.find("1 of those that never end had not ended"), std::string::npos)
      << last->reason;
  EXPECT_EQ(scene.word().mode, Mode::kOld);
}

TEST(Endless, WithoutDatabasesToo) {
  for (const std::int64_t closing : {0, 1}) {
    Scene scene(false);
    scene.endless = 1;
    scene.endless_closing = closing;
    const auto last = scene.run(Direction::kSwitch);
    EXPECT_EQ(last->outcome, closing == 1 ? "done" : "aborted") << last->reason;
    EXPECT_TRUE(was_told(scene, kClose)) << scene.trace.text();
    EXPECT_EQ(scene.word().mode, closing == 1 ? Mode::kNew : Mode::kOld);
  }
}

TEST(Endless, ARunThatIsTurnedBackBeforeCutsNobodyOff) {
  Scene scene;
  scene.settings.drain_timeout = Millis{10};
  scene.endless = scene.endless_closing = 3;
  scene.in_flight = {1};
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_FALSE(was_told(scene, "close endless"));
}

TEST(Endless, ARehearsalSaysHowManyWouldBeAndCutsNobodyOff) {
  Scene scene;
  scene.purpose = Purpose::kRehearse;
  scene.endless = scene.endless_closing = 1;
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  EXPECT_EQ(closed_ones(*last), "1 connection that never ends would be closed");
  EXPECT_FALSE(was_told(scene, "close endless"));
}

// `close AFTER`: what is left then is not waited for to the end of the drain's time.
TEST(Endless, StragglersAreLeftBehindAfterTheirTime) {
  Scene scene;
  scene.settings.close_stragglers = true;
  scene.settings.stragglers_after = Millis{100};
  scene.in_flight = {3};
  scene.noted = 3;
  const Nanos began = scene.clock.now();
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  EXPECT_EQ(last->left_behind, 3);
  EXPECT_GE(scene.clock.now() - began, Millis{100});
  EXPECT_LT(scene.clock.now() - began, Millis{200});
}

}  // namespace
}  // namespace cutover
