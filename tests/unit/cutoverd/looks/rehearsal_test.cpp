// SPDX-License-Identifier: Apache-2.0
// What is known of the next run before it: which rehearsal counts, and what the preflight makes of
// the forecast and of those who are in flight.
#include "mod_cutover/cutoverd/looks/rehearsal.h"

#include <gtest/gtest.h>

#include "tests/unit/fakes/desk_on_fakes.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

struct Rehearsed : DeskOnFakes {
  Rehearsed() : DeskOnFakes(false) {}

  Rehearsal rehearsal{settings, store, clock};

  static LastRun run(Direction direction, double drain_ms, const std::string& outcome = "done") {
    LastRun last;
    last.direction = direction;
    last.rehearsal = true;
    last.outcome = outcome;
    last.phases = {{"draining", drain_ms, {}}};
    return last;
  }
  bool counts(Side serving = Side::kOld) const {
    return rehearsal.forecast(serving).drain_from == "rehearsed";
  }
  // Looks once a second, as long as that.
  void watch(std::chrono::seconds time) {
    for (const Nanos end = clock.now() + time; clock.now() < end; clock.sleep(1s))
      rehearsal.look({});
  }
};

TEST(Rehearsal, OneThatWentWellCountsForTheSameWayAndForAnHour) {
  Rehearsed site;
  site.rehearsal.ended(Rehearsed::run(Direction::kSwitch, 400));
  EXPECT_TRUE(site.counts());
  EXPECT_EQ(site.rehearsal.forecast(Side::kOld).drain_ms, 400);
  EXPECT_FALSE(site.counts(Side::kNew)) << "the way back was not rehearsed";
  site.clock.sleep(1h - 1ms);
  EXPECT_TRUE(site.counts());
  site.clock.sleep(1ms);
  EXPECT_FALSE(site.counts());
}

TEST(Rehearsal, OneThatDidNotGoWellCountsForNothing) {
  Rehearsed site;
  site.rehearsal.ended(Rehearsed::run(Direction::kSwitch, 400, "aborted"));
  EXPECT_FALSE(site.counts());
  site.rehearsal.ended(Rehearsed::run(Direction::kSwitch, 400));
  EXPECT_TRUE(site.counts());
  site.rehearsal.ended(Rehearsed::run(Direction::kSwitch, 400, "aborted"));
  EXPECT_FALSE(site.counts()) << "the newest is what counts";
}

TEST(Rehearsal, ARunIsNoRehearsalAndTellsHowLongFenceAndPromotionTake) {
  Rehearsed site;
  site.settings.old_database = site.settings.new_database = OptionFile{"file", "cutover"};
  LastRun last = Rehearsed::run(Direction::kSwitch, 400);
  last.rehearsal = false;
  last.phases = {{"fencing", 3, {}}, {"promoting", 4, {}}};
  EXPECT_FALSE(site.rehearsal.forecast(Side::kOld).rest_measured);
  site.rehearsal.remember(last);  // written down by another, which is as good
  EXPECT_EQ(site.rehearsal.forecast(Side::kOld).rest_ms, 7);
  last.phases = {{"fencing", 5, {}}};
  site.rehearsal.ended(last);
  EXPECT_EQ(site.rehearsal.forecast(Side::kOld).rest_ms, 5);
  EXPECT_FALSE(site.counts());
}

TEST(Rehearsal, TheLagOfNowIsWaitedForUntilARunMakesItUnknown) {
  Rehearsed site;
  site.settings.old_database = site.settings.new_database = OptionFile{"file", "cutover"};
  site.rehearsal.look(250.0);
  EXPECT_EQ(site.rehearsal.forecast(Side::kOld).catch_up_ms, 250);
  site.rehearsal.forget_the_lag();
  EXPECT_EQ(site.rehearsal.forecast(Side::kOld).catch_up_ms, 0);
}

TEST(Rehearsal, WithoutOneTheSlowestPathThatWasSeenIsTheForecast) {
  Rehearsed site;
  site.store.requests = {{"GET /orders/17", 120ms}, {"GET /reports", 412ms}};
  site.rehearsal.look({});
  site.store.requests.clear();
  EXPECT_EQ(site.rehearsal.forecast(Side::kOld).drain_from, "what is quick");
  EXPECT_EQ(site.rehearsal.forecast(Side::kOld).quiet_from, "GET /reports");
  ASSERT_EQ(site.rehearsal.slow().size(), 2U);
  EXPECT_EQ(site.rehearsal.slow()[1].what, "GET /orders/#");
  site.clock.sleep(11min);
  EXPECT_TRUE(site.rehearsal.slow().empty());
}

TEST(Rehearsal, AForecastPassesAndSaysHowItIsMeasured) {
  Rehearsed site;
  const auto check = [&] { return site.rehearsal.check_forecast(Direction::kSwitch); };
  EXPECT_EQ(check().verdict, CheckVerdict::kPass);
  EXPECT_NE(check().seen.find("`cutoverctl rehearse` measures it"), std::string::npos);
  site.rehearsal.ended(Rehearsed::run(Direction::kSwitch, 400));
  EXPECT_EQ(check().verdict, CheckVerdict::kPass);
  EXPECT_EQ(check().seen, "visitors would wait about 400 ms: drain 400 (rehearsed)");
}

TEST(Rehearsal, ADrainThatIsForetoldToBeTooLongIsAWarning) {
  Rehearsed site;
  site.rehearsal.ended(Rehearsed::run(Direction::kSwitch, 3000));
  EXPECT_EQ(site.rehearsal.check_forecast(Direction::kSwitch).verdict, CheckVerdict::kPass);
  site.rehearsal.ended(Rehearsed::run(Direction::kSwitch, 3001));
  EXPECT_EQ(site.rehearsal.check_forecast(Direction::kSwitch).verdict, CheckVerdict::kWarn);
}

TEST(Rehearsal, AHoldThatWasRehearsedToBeTooLongBlocksASwitchAndNeverARollback) {
  Rehearsed site;
  site.rehearsal.ended(Rehearsed::run(Direction::kSwitch, 10001));
  const Check check = site.rehearsal.check_forecast(Direction::kSwitch);
  EXPECT_EQ(check.verdict, CheckVerdict::kBlock);
  EXPECT_NE(check.seen.find("longer than CutoverHoldTimeout"), std::string::npos);
  site.rehearsal.ended(Rehearsed::run(Direction::kRollback, 10001));
  EXPECT_EQ(site.rehearsal.check_forecast(Direction::kRollback).verdict, CheckVerdict::kWarn);
  Rehearsed guessed;  // from what is in flight
  guessed.store.requests = {{"GET /stream", 20s}};
  guessed.rehearsal.look({});
  EXPECT_EQ(guessed.rehearsal.check_forecast(Direction::kSwitch).verdict, CheckVerdict::kWarn);
}

TEST(Rehearsal, HowOftenADrainWouldHaveComeTooLateIsAWarningThoughTheRehearsalWasQuick) {
  Rehearsed site;
  site.store.requests = {{"GET /stream", 6s}};
  site.watch(60s);
  site.store.requests.clear();
  site.watch(180s);
  site.rehearsal.ended(Rehearsed::run(Direction::kSwitch, 5));
  Check check = site.rehearsal.check_forecast(Direction::kSwitch);
  EXPECT_EQ(check.verdict, CheckVerdict::kWarn);
  EXPECT_NE(check.seen.find("in 25 % of the last minutes"), std::string::npos) << check.seen;
  EXPECT_NE(check.seen.find("meets one is aborted"), std::string::npos) << check.seen;
  site.settings.close_stragglers = true;
  check = site.rehearsal.check_forecast(Direction::kSwitch);
  EXPECT_NE(check.seen.find("meets one leaves it behind"), std::string::npos) << check.seen;
}

TEST(Rehearsal, WhoIsInFlightForTooLongIsNamedAndWhatBecomesOfHim) {
  Rehearsed site;
  site.store.requests = {{"GET /quick", 3s}};
  EXPECT_EQ(site.rehearsal.check_long_requests().verdict, CheckVerdict::kPass);
  site.store.requests.push_back({"GET /chat", 5s});
  Check check = site.rehearsal.check_long_requests();
  EXPECT_EQ(check.verdict, CheckVerdict::kWarn);
  EXPECT_EQ(check.seen, "a drain would wait for GET /chat (5000 ms)");
  EXPECT_NE(check.remedy.find("for a stream or a long poll"), std::string::npos) << check.remedy;
  EXPECT_EQ(check.remedy.find("CutoverStragglers"), std::string::npos)
      << "without databases nothing fences who is left";
  site.settings.old_database = site.settings.new_database = OptionFile{};
  EXPECT_NE(site.rehearsal.check_long_requests().remedy.find("CutoverStragglers close"),
            std::string::npos);
  site.settings.close_stragglers = true;
  check = site.rehearsal.check_long_requests();
  EXPECT_EQ(check.verdict, CheckVerdict::kWarn);
  EXPECT_EQ(check.seen,
            "a drain would leave behind GET /chat (5000 ms), and close their connections");
}

}  // namespace
}  // namespace cutover
