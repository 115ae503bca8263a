// SPDX-License-Identifier: Apache-2.0
// Work after the answer: with nobody in flight, whoever may still write is waited for, not for
// ever, and who is there to the end is named.
#include <gtest/gtest.h>

#include "tests/unit/fakes/scene.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

const std::string kApp = "app@10.0.0.5:4711 (connection 42, in a transaction)";
const std::string kPool = "app@10.0.0.5:4712 (connection 43, idle)";

TEST(AfterAnswer, TheFenceComesWhenTheLastOneHasEnded) {
  Scene scene;
  for (int i = 0; i < 50; ++i) scene.pair.busy.push_back({kApp});
  scene.pair.busy.push_back({});
  const Nanos began = scene.clock.now();
  std::optional<Nanos> fenced;
  scene.on_phase = [&](Phase phase) {
    if (phase == Phase::kFencing) fenced = scene.clock.now() - began;
  };
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  EXPECT_GE(fenced, 200ms);
  EXPECT_LT(fenced, 400ms);
  EXPECT_TRUE(last->busy.empty());
  EXPECT_EQ(waited_for(*last), "");
}

TEST(AfterAnswer, WhoStaysIsWaitedForASecondAndNamed) {
  Scene scene;
  scene.pair.busy = {{kApp, kPool}, {kPool}};
  const Nanos began = scene.clock.now();
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  EXPECT_GE(scene.clock.now() - began, 1s);
  EXPECT_EQ(waited_for(*last), "still connected to the database after their answers: " + kPool);
}

TEST(AfterAnswer, NoLongerThanTheHoldLeavesBesideFenceAndCatchUp) {
  Scene scene;
  scene.settings.hold_timeout =
      scene.settings.fence_timeout + scene.settings.catch_up_timeout + Millis{100};
  scene.pair.busy = {{kPool}};
  const Nanos began = scene.clock.now();
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "done");
  EXPECT_LT(scene.clock.now() - began, 300ms);
}

TEST(AfterAnswer, AnAbortIsHeardMeanwhileAndNothingWasSent) {
  Scene scene;
  scene.pair.busy = {{kPool}};
  scene.after_look = [&] {
    if (scene.trace.last() == "sum") scene.flags.abort = true;
  };
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "aborted");
  EXPECT_EQ(scene.word().mode, Mode::kOld);
  EXPECT_EQ(scene.trace.text().find("fence"), std::string::npos);
}

TEST(AfterAnswer, ARehearsalNamesThemToo) {
  Scene scene;
  scene.purpose = Purpose::kRehearse;
  scene.pair.busy = {{kPool}};
  EXPECT_EQ(scene.run(Direction::kSwitch)->busy, std::vector{kPool});
}

}  // namespace
}  // namespace cutover
