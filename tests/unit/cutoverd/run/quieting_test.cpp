// SPDX-License-Identifier: Apache-2.0
// Quieting: who is held before all others are, for whom a run waits then, and that it waits for
// nobody where that would be no use.
#include <gtest/gtest.h>

#include "shared/figures/slow_paths.h"
#include "shared/memory/slow_kinds.h"
#include "tests/unit/fakes/scene.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

const InFlight kReport{"GET /reports", 300ms, kind_of("GET", "/reports")};
const InFlight kFast{"GET /", 3ms, kind_of("GET", "/")};

struct Quieting : testing::Test {
  Quieting() { scene.slow = &paths; }
  // What was seen of it a second ago.
  void is_known(const InFlight& request) { paths.sample(scene.clock.now() - 1s, {request}); }
  std::vector<std::uint64_t> held() const { return scene.slow_kinds; }

  Scene scene;
  SlowPaths paths{scene.settings.quiet_time() + Nanos(scene.settings.drain_timeout)};
};

TEST_F(Quieting, WhoTakesLongIsHeldFirstAndAllOthersOnceNobodyOfThemIsInFlight) {
  is_known(kReport);
  scene.requests = {kReport, kFast};
  scene.after_look = [&] {
    if (scene.word().quieting && scene.clock.now() > 1s + 400ms) scene.requests = {kFast};
  };
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  ASSERT_GE(last->phases.size(), 2U);
  EXPECT_EQ(last->phases[0].name, "quieting");
  EXPECT_NEAR(last->phases[0].ms, 400, 20);
  EXPECT_EQ(last->phases[1].name, "draining");
  EXPECT_LT(last->phases[1].ms, 5);
  EXPECT_EQ(held(), std::vector{kReport.kind});
  EXPECT_EQ(scene.trace.text().find("journal drain old\nwithdrawn?\nword quieting/old\n"), 0U)
      << scene.trace.text();
}

TEST_F(Quieting, NobodyIsWaitedForWhereNothingTakesLong) {
  is_known(kReport);
  scene.requests = {kFast};
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  EXPECT_EQ(last->phases[0].ms, 0);
  EXPECT_EQ(scene.trace.text().find(
                "journal drain old\nwithdrawn?\nword quieting/old\nword hold/old\nsum\n"),
            0U)
      << scene.trace.text();
}

TEST_F(Quieting, WhatTurnsOutToTakeLongIsHeldFromThenOn) {
  scene.requests = {kReport};
  scene.after_look = [&] {
    if (!held().empty()) scene.requests = {};
  };
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "done");
  EXPECT_EQ(held(), std::vector{kReport.kind});
}

TEST_F(Quieting, WhoeverDoesNotEndInItsTimeIsTheDrainsAndCannotBeForeseenIsNotWaitedFor) {
  scene.requests = {kReport};
  auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  EXPECT_NEAR(last->phases[0].ms, 600, 5) << "twice as long as the longest";
  paths.sample(scene.clock.now(), {{"GET /export", 90s, kind_of("GET", "/export")}});
  last = scene.run(Direction::kRollback);
  EXPECT_NEAR(last->phases[0].ms, 2000, 5);

  Scene cable;
  cable.slow = &paths;
  cable.requests = {{"GET /cable", 1h, kind_of("GET", "/cable")}};
  last = cable.run(Direction::kSwitch);
  EXPECT_EQ(last->phases[0].ms, 0) << "it has been there for an hour";
}

TEST_F(Quieting, AnAbortLetsEverybodyGoOnWhereHeWas) {
  is_known(kReport);
  scene.requests = {kReport};
  scene.after_look = [&] {
    if (scene.word().quieting) scene.flags.abort = true;
  };
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_EQ(scene.word().mode, Mode::kOld);
  EXPECT_FALSE(scene.word().quieting);
  EXPECT_EQ(scene.trace.text().find("fence"), std::string::npos);
}

TEST_F(Quieting, NothingIsQuietenedWithATimeOfNothing) {
  is_known(kReport);
  scene.settings.quiet_timeout = Millis{0};
  scene.requests = {kReport};
  EXPECT_EQ(scene.run(Direction::kSwitch)->phases[0].name, "draining");
}

TEST_F(Quieting, ACoordinatorThatDiesMeanwhileIsFollowedByOneThatEndsIt) {
  is_known(kReport);
  scene.requests = {kReport};
  scene.after_look = [&] {
    if (scene.word().quieting) throw Crash{};
  };
  EXPECT_FALSE(scene.run(Direction::kSwitch));
  EXPECT_TRUE(scene.word().quieting);
  scene.after_look = nullptr;
  ASSERT_TRUE(scene.recover());
  EXPECT_EQ(scene.word().mode, Mode::kOld);
  EXPECT_FALSE(scene.word().quieting);
  EXPECT_EQ(scene.journaled().phase, JournalPhase::kRest);
}

}  // namespace
}  // namespace cutover
