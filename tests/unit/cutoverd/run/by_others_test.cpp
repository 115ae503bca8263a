// SPDX-License-Identifier: Apache-2.0
// CutoverFence Off and CutoverPromote Off: nothing is sent, and nothing is taken for done before it
// is read back.
#include <gtest/gtest.h>

#include "mod_cutover/cutoverd/run/run.h"
#include "tests/unit/fakes/scene.h"

namespace cutover {
namespace {

// The second time that a phase is told it says what it waits for.
std::function<void(Phase)> once_it_waits(Phase phase, const std::function<void()>& then) {
  return [=, times = 0](Phase now) mutable {
    if (now == phase && ++times == 2) then();
  };
}

bool sent(const Scene& scene, const std::string& act) {
  return ("\n" + scene.trace.text()).find("\n" + act + "\n") != std::string::npos;
}

struct FenceOff : testing::Test {
  FenceOff() { scene.settings.fence = false; }
  FakeServer& at(Side side) { return scene.pair.of(side); }
  Scene scene;
};

TEST_F(FenceOff, ItIsWaitedForAndWhatWasWrittenBeforeItIsNotLost) {
  scene.on_phase = once_it_waits(Phase::kFencing, [&] {
    scene.pair.write(Side::kOld);  // a job past httpd, at the last moment
    at(Side::kOld).read_only = true;
  });
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  EXPECT_EQ(at(Side::kNew).has[0], 1);
  EXPECT_FALSE(sent(scene, "fence old"));
  EXPECT_NE(scene.trace.text().find("read_only old\nread_only old\nposition old\n"),
            std::string::npos)
      << scene.trace.text();
}

TEST_F(FenceOff, WhereNobodyDoesItTheRunIsAbortedInTimeAndNothingIsProved) {
  scene.visitors = true;  // and a job that goes on writing
  const Nanos begun = scene.clock.now();
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_NE(last->reason.find("others are to make the old database read-only (CutoverFence Off), "
                              "and it is writable"),
            std::string::npos)
      << last->reason;
  EXPECT_GE(scene.clock.now() - begun, Nanos(scene.settings.fence_timeout));
  EXPECT_LT(scene.clock.now() - begun, Nanos(scene.settings.fence_timeout) + Millis{50});
  EXPECT_FALSE(sent(scene, "fence old") || sent(scene, "un-fence old"));
  EXPECT_EQ(scene.trace.text().find("journal promote"), std::string::npos);
  EXPECT_EQ(scene.word().mode, Mode::kOld);
}

TEST_F(FenceOff, ASilentServerIsNeitherTakenForReadOnlyNorForWritableAgain) {
  at(Side::kOld).answers = false;
  bool held = false;
  scene.on_phase = once_it_waits(Phase::kUndoing, [&] {
    held = scene.word().mode == Mode::kHold;
    at(Side::kOld).answers = true;
  });
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_NE(last->reason.find("old does not answer"), std::string::npos) << last->reason;
  EXPECT_TRUE(held);
}

TEST_F(FenceOff, AnAbortIsHeardWhileItWaits) {
  scene.on_phase = once_it_waits(Phase::kFencing, [&] { scene.flags.abort = true; });
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->reason, "aborted; everything goes back");
}

TEST_F(FenceOff, WhereItIsTakenBackBeforeThePromotionNothingIsSent) {
  at(Side::kOld).read_only = true;
  scene.on_phase = [&](Phase phase) {
    if (phase == Phase::kPromoting) at(Side::kOld).read_only = false;
  };
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_NE(last->reason.find("the fence is gone"), std::string::npos) << last->reason;
  EXPECT_FALSE(sent(scene, "promote new"));
}

TEST_F(FenceOff, AnAbortWaitsUntilOthersHaveTakenItBack) {
  at(Side::kOld).read_only = true;
  scene.settings.catch_up_timeout = Millis{0};
  scene.on_phase = [&](Phase phase) {
    if (phase == Phase::kUndoing) at(Side::kOld).read_only = false;
  };
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "aborted");
  EXPECT_TRUE(
      scene.trace.text().ends_with("journal undo old\nread_only old\nword old\njournal rest old\n"))
      << scene.trace.text();
}

TEST_F(FenceOff, WhereOthersDoNotTakeItBackInTimeTheSiteIsServedAsItIs) {
  at(Side::kOld).read_only = true;
  scene.settings.catch_up_timeout = Millis{0};
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "aborted");
  EXPECT_EQ(scene.word().mode, Mode::kOld);
  EXPECT_TRUE(at(Side::kOld).read_only) << "who made it so makes it writable again";
  EXPECT_EQ(scene.journaled().phase, JournalPhase::kRest);
}

struct PromoteOff : testing::Test {
  PromoteOff() { scene.settings.promote = false; }
  FakeServer& at(Side side) { return scene.pair.of(side); }
  Scene scene;
};

TEST_F(PromoteOff, NobodyIsLetInBeforeOthersHaveMadeItWritable) {
  bool held = false;
  scene.on_phase = once_it_waits(Phase::kPromoting, [&] {
    held = scene.word().mode == Mode::kHold;
    at(Side::kNew).read_only = false;
  });
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  EXPECT_EQ(last->reason, "");
  EXPECT_TRUE(held);
  EXPECT_FALSE(sent(scene, "promote new"));
  EXPECT_NE(scene.trace.text().find("read_only new\nread_only new\nremember on new\njournal "
                                    "release new\nword new\n"),
            std::string::npos)
      << scene.trace.text();
}

TEST_F(PromoteOff, WhereNobodyDoesItInTimeEverythingGoesBackSinceNothingWasSent) {
  const Nanos begun = scene.clock.now();
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_EQ(last->reason,
            "others have not made the arriving database writable in time and nothing was sent; "
            "everything goes back: others are to make the new database writable (CutoverPromote "
            "Off), and it is read-only");
  EXPECT_LT(scene.clock.now() - begun, Nanos(scene.settings.catch_up_timeout) + Millis{50});
  EXPECT_FALSE(at(Side::kOld).read_only);
  EXPECT_TRUE(at(Side::kNew).read_only);
  EXPECT_EQ(scene.word().mode, Mode::kOld);
}

TEST_F(PromoteOff, WhatIsSilentOrWrittenToOrLeftByAPredecessorOnlyGoesForward) {
  const auto told_again = [this](const std::function<void()>& first) {
    scene.on_phase = [this, first, told = 0](Phase phase) mutable {
      if (phase != Phase::kPromoting) return;
      if (++told == 2) first();
      if (told == 3) at(Side::kNew) = {{0, 0}, false, true, true};
    };
  };
  told_again([&] { at(Side::kNew).answers = false; });
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "done");

  Scene touched;
  touched.settings.promote = false;
  int looks = 0;
  touched.on_phase =
      once_it_waits(Phase::kPromoting, [&] { touched.pair.of(Side::kNew).has[1] = 1; });
  touched.after_look = [&] {
    looks += touched.trace.last().rfind("beyond new", 0) == 0 ? 1 : 0;
    if (looks == 3) touched.pair.of(Side::kNew).read_only = false;
  };
  EXPECT_EQ(touched.run(Direction::kSwitch)->outcome, "done") << touched.trace.text();
}

TEST_F(PromoteOff, AStopLeavesItToTheNextCoordinatorWhichWaitsToo) {
  scene.on_phase = once_it_waits(Phase::kPromoting, [&] {
    scene.flags.stop = true;
    at(Side::kNew).answers = false;
  });
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "in-doubt");
  EXPECT_EQ(scene.journaled().phase, JournalPhase::kPromote);
  EXPECT_EQ(scene.word().at_deadline, AtDeadline::kRefuse);
  at(Side::kNew).answers = true;
  EXPECT_FALSE(scene.recover([&](Site& site) {
    EXPECT_NE(site.snapshot().doubt.find("others are to make the new database writable"),
              std::string::npos)
        << site.snapshot().doubt;
    EXPECT_EQ(scene.word().mode, Mode::kHold);
  }));
  at(Side::kNew).read_only = false;
  EXPECT_EQ(scene.recover()->side, "new");
  EXPECT_FALSE(sent(scene, "promote new"));
}

}  // namespace
}  // namespace cutover
