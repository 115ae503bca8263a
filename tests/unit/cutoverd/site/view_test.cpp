// SPDX-License-Identifier: Apache-2.0
// What others see of a site, and that what they see at one moment belongs together.
#include "mod_cutover/cutoverd/site/view.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "tests/unit/fakes/desk_on_fakes.h"

namespace cutover {
namespace {

using std::chrono_literals::operator""ms;

struct Watched : DeskOnFakes {
  void open_gate() { view.looked({{true, {}}, 3.0, {}, Forecast{}, WayBack{true, {}}}); }
};

TEST(View, ADoubtClosesAnOpenGateAndTheWayBackInTheSameMoment) {
  Watched site;
  site.open_gate();
  site.view.set_doubt("both write");
  const Snapshot seen = site.seen();
  EXPECT_EQ(seen.doubt, "both write");
  EXPECT_EQ(seen.phase, "in-doubt");
  EXPECT_FALSE(seen.gate.open);
  EXPECT_EQ(seen.gate.reasons, std::vector<std::string>{"in doubt: both write"});
  EXPECT_FALSE(seen.way_back->possible);
  EXPECT_EQ(seen.way_back->reasons, seen.gate.reasons);
}

TEST(View, AGateThatIsClosedKeepsItsReasonInADoubtAndWhereOldServesThereIsNoWayBack) {
  Watched site;
  site.view.looked({{false, {"no link"}}, {}, {}, {}, {}});
  site.view.set_doubt("both write");
  EXPECT_EQ(site.seen().gate.reasons, std::vector<std::string>{"no link"});
  site.view.looked({{true, {}}, {}, {}, {}, {}});
  site.view.set_doubt("still");
  EXPECT_FALSE(site.seen().gate.open);
  EXPECT_FALSE(site.seen().way_back);
}

TEST(View, ADoubtThatIsOverLeavesItToTheNextLookToOpenTheGate) {
  Watched site;
  site.open_gate();
  site.view.set_doubt("both write");
  site.view.set_doubt("");
  EXPECT_EQ(site.view.doubt(), "");
  EXPECT_EQ(site.seen().phase, "serving");
  EXPECT_FALSE(site.seen().gate.open);
  site.open_gate();
  EXPECT_TRUE(site.seen().gate.open);
}

TEST(View, ADoubtIsToldInTheLogWhenItIsANewOne) {
  Watched site;
  testing::internal::CaptureStderr();
  site.view.set_doubt("both write");
  site.view.set_doubt("both write");
  site.view.set_doubt("");
  site.view.set_doubt("both write");
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 2) << log;
}

TEST(View, AForecastIsNotToldWhileARunIsUnderWayAndOnlyThenProgressIs) {
  Watched site;
  site.open_gate();
  EXPECT_TRUE(site.seen().forecast);
  EXPECT_FALSE(site.seen().progress);
  EXPECT_FALSE(site.view.under_way().running);
  site.view.run_begins(Direction::kSwitch, true, true);
  EXPECT_FALSE(site.seen().forecast);
  EXPECT_EQ(site.seen().direction, Direction::kSwitch);
  ASSERT_TRUE(site.seen().progress);
  EXPECT_TRUE(site.seen().progress->rehearsal);
  EXPECT_TRUE(site.view.under_way().running && site.view.under_way().abortable);
  site.view.run_ends();
  EXPECT_TRUE(site.seen().forecast);
  EXPECT_FALSE(site.seen().progress);
  EXPECT_FALSE(site.view.under_way().running || site.view.under_way().abortable);
}

TEST(View, APhaseThatCannotBeLeftIsADoubtUntilItIsLeft) {
  for (const Phase stuck :
       {Phase::kPromoting, Phase::kUndoing, Phase::kReturning, Phase::kKeeping}) {
    Watched site;
    site.view.run_begins(Direction::kSwitch, false, true);
    site.view.enter(stuck, "a sentence", "");
    EXPECT_EQ(site.view.doubt(), "");
    site.view.enter(stuck, "no reply", "");
    EXPECT_EQ(site.view.doubt(), "no reply");
    EXPECT_EQ(site.seen().phase, name(stuck)) << "not just in-doubt";
    EXPECT_EQ(site.seen().progress->phases.size(), 1U) << "it is the same phase";
    site.view.enter(Phase::kServing, "a sentence", "");
    EXPECT_EQ(site.view.doubt(), "");
  }
  Watched site;
  site.view.enter(Phase::kCatchingUp, "", "");
  site.view.enter(Phase::kCatchingUp, "not there yet", "of the journal");
  EXPECT_EQ(site.view.doubt(), "of the journal");
}

TEST(View, ProgressHasEachPhaseWithItsTimeAndTheOneItIsInLast) {
  Watched site;
  site.view.enter(Phase::kServing, "", "");
  site.view.enter(Phase::kDraining, "of another run", "");
  site.clock.sleep(100ms);
  site.view.run_begins(Direction::kRollback, false, true);
  site.clock.sleep(5ms);
  EXPECT_TRUE(site.seen().progress->phases.empty()) << "the checks";
  for (const Phase phase : {Phase::kDraining, Phase::kFencing, Phase::kPromoting}) {
    site.view.enter(phase, "", "");
    EXPECT_EQ(site.seen().progress->abortable, phase != Phase::kPromoting);
    site.clock.sleep(10ms);
  }
  site.view.enter(Phase::kServing, "", "");
  const auto progress = site.seen().progress;
  EXPECT_EQ(progress->ms, 35);
  ASSERT_EQ(progress->phases.size(), 3U) << "to serve is no phase of a run";
  for (const PhaseTime& phase : progress->phases) EXPECT_EQ(phase.ms, 10) << phase.name;
  EXPECT_EQ(progress->phases.back().name, "promoting");
}

TEST(View, WhatTheDatabasesWereBeforeARunIsForgotten) {
  Watched site;
  site.open_gate();
  site.view.forget_the_databases();
  EXPECT_FALSE(site.seen().gate.open);
  EXPECT_FALSE(site.seen().lag_ms);
  EXPECT_FALSE(site.seen().way_back);
}

TEST(View, InAHoldNobodyServesWhoeverMayTakeOverAtItsDeadline) {
  Watched site;
  EXPECT_EQ(site.seen().side, "old");
  site.words.set(Mode::kHold, AtDeadline::kOld, Nanos{0});
  EXPECT_EQ(site.seen().side, "none");
  site.words.set(Mode::kNew, AtDeadline::kNew, Nanos{0});
  EXPECT_EQ(site.seen().side, "new");
  EXPECT_EQ(site.seen().epoch, 3U);
}

TEST(View, ARunAndARehearsalAreRememberedApartAndTheOutcomeIsOfTheNewest) {
  Watched site;
  LastRun last;
  last.outcome = "done";
  LastRun rehearsal;
  rehearsal.rehearsal = true;
  rehearsal.outcome = "aborted";
  site.view.remember(rehearsal, last);
  EXPECT_EQ(site.view.outcome(), "") << "of another coordinator's";
  site.view.ended(last);
  EXPECT_EQ(site.seen().last->outcome, "done");
  EXPECT_EQ(site.view.outcome(), "done");
  site.view.ended(rehearsal);
  EXPECT_EQ(site.seen().last->outcome, "done");
  EXPECT_EQ(site.seen().rehearsal->outcome, "aborted");
  EXPECT_EQ(site.view.outcome(), "aborted");
}

TEST(View, WhatAnotherThreadSeesAtOneMomentBelongsTogether) {
  Watched site;
  site.open_gate();
  std::atomic<int> looks{0};
  std::atomic<bool> over{false};
  std::thread asker([&] {
    while (!over) {
      const Snapshot seen = site.seen();
      EXPECT_EQ(seen.gate.open, seen.lag_ms.has_value());
      EXPECT_EQ(seen.direction.has_value(), seen.progress.has_value());
      EXPECT_NE(seen.direction.has_value(), seen.forecast.has_value());
      ++looks;
    }
  });
  while (looks < 50) {
    site.view.run_begins(Direction::kSwitch, false, true);
    site.view.forget_the_databases();
    site.view.enter(Phase::kDraining, "", "");
    site.open_gate();
    site.view.run_ends();
  }
  over = true;
  asker.join();
}

}  // namespace
}  // namespace cutover
