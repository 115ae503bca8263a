// SPDX-License-Identifier: Apache-2.0
// When an armed run goes, waits, or is over.
#include "shared/figures/appointment.h"

#include <gtest/gtest.h>

namespace cutover {
namespace {

using namespace std::chrono_literals;
using Kind = Decision::Kind;

constexpr std::int64_t kNow = 1'800'000'000'000;
constexpr std::int64_t kHour = 3'600'000;

class Armed : public testing::Test {
 protected:
  Appointment from_to(std::int64_t from, std::int64_t until, bool quiet = false) const {
    return appointment({kNow + from, kNow + until, quiet}, Direction::kSwitch, "root", kNow, 5s);
  }
  Circumstances at(std::int64_t after, GateState gate = {true, {}}) const {
    return {kNow + after, 5s + std::chrono::milliseconds(after), Side::kOld, std::move(gate),
            calm_};
  }
  void expect(const Appointment& a, const Circumstances& now, Kind kind, const std::string& why) {
    const Decision decision = decide(a, now);
    EXPECT_EQ(decision.kind, kind);
    EXPECT_EQ(decision.why, why);
  }

  Calm calm_;
};

TEST_F(Armed, GoesOnceItsTimeHasComeAndNotBefore) {
  const Appointment a = from_to(kHour, 2 * kHour);
  expect(a, at(kHour - 1), Kind::kWait, "its time, 2027-01-15T09:00:00.000Z");
  expect(a, at(kHour), Kind::kGo, "");
  expect(a, at(2 * kHour - 1), Kind::kGo, "");
}

TEST_F(Armed, IsOverAtItsEndByEitherClock) {
  const Appointment a = from_to(kHour, 2 * kHour);
  const std::string over = "its time is over: it was to go until 2027-01-15T10:00:00.000Z";
  expect(a, at(2 * kHour), Kind::kOver, over);
  Circumstances put_back = at(2 * kHour);
  put_back.wall_ms = kNow + kHour;
  expect(a, put_back, Kind::kOver, over);
  Circumstances put_forward = at(kHour);
  put_forward.wall_ms = kNow + 9 * kHour;
  expect(a, put_forward, Kind::kOver, over);
  Circumstances put_back_before = at(kHour + 1);
  put_back_before.wall_ms = kNow - kHour;
  expect(a, put_back_before, Kind::kWait, "its time, 2027-01-15T09:00:00.000Z");
}

TEST_F(Armed, WaitsForTheGateForWhatTurnedItBackAndForAQuietMoment) {
  const Appointment a = from_to(1, kHour, true);
  expect(a, at(2, {false, {"the lag is unknown", "more"}}), Kind::kWait,
         "the gate: the lag is unknown");
  expect(a, at(2, {false, {}}), Kind::kWait, "the gate: it is closed");
  Circumstances turned_back = at(2);
  turned_back.turned_back = "what turned it back: lag";
  expect(a, turned_back, Kind::kWait, "what turned it back: lag");
  EXPECT_NE(decide(a, at(2)).why.find("a quiet moment"), std::string::npos);
  for (int i = 1; i <= 125; ++i) calm_.look(i * Calm::kEach, 50, 0);
  expect(a, at(2), Kind::kGo, "");
}

TEST_F(Armed, IsOverWhereTheOtherSideServesAlready) {
  Circumstances moved = at(2);
  moved.serving = Side::kNew;
  expect(from_to(1, kHour), moved, Kind::kOver, "new serves already");
}

TEST_F(Armed, WithoutMomentsItMayGoAtOnceAndForADay) {
  const Appointment a = appointment({}, Direction::kRollback, "root", kNow, 5s);
  EXPECT_EQ(a.from_ms, kNow);
  EXPECT_EQ(a.until_ms, kNow + 24 * kHour);
  EXPECT_EQ(a.until, 5s + 24h);
  const Appointment later =
      appointment({kNow + kHour, {}, false}, Direction::kSwitch, "", kNow, 5s);
  EXPECT_EQ(later.until_ms, kNow + 25 * kHour);
}

TEST_F(Armed, ThatNobodyCouldKeepIsSaidToBeNone) {
  EXPECT_EQ(contradiction({}, kNow), "");
  EXPECT_EQ(contradiction({kNow + 1, kNow + 2, true}, kNow), "");
  EXPECT_EQ(contradiction({kNow - 1, {}, false}, kNow), "2027-01-15T07:59:59.999Z is over");
  EXPECT_EQ(contradiction({{}, kNow, false}, kNow), "2027-01-15T08:00:00.000Z is over");
  EXPECT_NE(contradiction({kNow + 2, kNow + 2, false}, kNow), "");
  EXPECT_EQ(contradiction({{}, INT64_MAX, false}, kNow), "it is more than a year away");
  EXPECT_EQ(contradiction({INT64_MAX, {}, false}, kNow), "it is more than a year away");
}

}  // namespace
}  // namespace cutover
