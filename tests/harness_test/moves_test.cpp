// SPDX-License-Identifier: Apache-2.0
// What demo and soak judge by: each move's overlap, and the line through what was measured.
#include "tests/demo/moves.h"

#include <gtest/gtest.h>

#include "tests/soak/trend.h"

namespace cutover::demo {
namespace {

using harness::Handled;
using soak::trend_of;

constexpr std::int64_t kMs = 1'000'000;

TEST(Moves, OneRoundIsTheSwitchAloneAndMoreAreThereAndBack) {
  EXPECT_EQ(verbs_of(1), std::vector<std::string>{"switch"});
  EXPECT_EQ(verbs_of(1, true), (std::vector<std::string>{"switch", "rollback"}));
  EXPECT_EQ(verbs_of(2), (std::vector<std::string>{"switch", "rollback", "switch", "rollback"}));
}

// There at 100 ms and back at 200 ms.
const std::vector<Move> kThereAndBack = {{"switch", 100 * kMs, 3}, {"rollback", 200 * kMs, 5}};

TEST(Moves, TheWorstOverlapOfAllCounts) {
  const std::vector<Handled> by_old = {{90 * kMs, 110 * kMs}, {220 * kMs, 230 * kMs}};
  const std::vector<Handled> by_new = {{115 * kMs, 120 * kMs}, {190 * kMs, 212 * kMs}};
  EXPECT_EQ(worst_overlap(kThereAndBack, by_old, by_new), -5.0);
}

TEST(Moves, ARequestThatTheLeftHostBeganTooLateIsAnOverlap) {
  const std::vector<Handled> by_old = {{90 * kMs, 110 * kMs}, {150 * kMs, 151 * kMs}};
  const std::vector<Handled> by_new = {{115 * kMs, 120 * kMs}};
  EXPECT_EQ(worst_overlap({kThereAndBack[0]}, by_old, by_new), 36.0);
}

TEST(Moves, AnOverlapThatIsNotKnownIsNotNone) {
  const std::vector<Handled> by_old = {{90 * kMs, 110 * kMs}};
  const std::vector<Handled> by_new = {{115 * kMs, 120 * kMs}};
  EXPECT_EQ(worst_overlap(kThereAndBack, by_old, by_new), std::nullopt) << "old never served again";
  EXPECT_EQ(worst_overlap({}, by_old, by_new), std::nullopt);
}

TEST(Trend, AThingThatGrowsWithEachMoveIsFound) {
  std::vector<double> values;
  for (int i = 0; i < 30; ++i) values.push_back(100 + 2 * i + (i % 2) * 7);
  const auto trend = trend_of(values);
  EXPECT_NEAR(trend.per_move, 2, 0.01);
  EXPECT_TRUE(trend.grows(1.5));
  EXPECT_FALSE(trend.grows(2.5));
}

TEST(Trend, TheWarmUpIsNoGrowthAndNoiseIsNone) {
  std::vector<double> values = {10, 40, 70, 90, 99, 100, 101, 99, 102, 98, 100, 103, 98, 100, 101};
  EXPECT_FALSE(trend_of(values).grows(0.1));
}

TEST(Trend, TooFewValuesAreNotFine) { EXPECT_TRUE(trend_of({1, 1, 1, 1, 1}).grows(100)); }

}  // namespace
}  // namespace cutover::demo
