// SPDX-License-Identifier: Apache-2.0
// How far two clocks are surely apart.
#include "shared/figures/clocks.h"

#include <gtest/gtest.h>

namespace cutover {
namespace {

TEST(Clocks, WhatMayBeTheSameIsTheSame) {
  const Ahead ahead = Ahead::read(10'000, 10'999, 10'900, 11'100);
  EXPECT_EQ(ahead.surely(), 0);
  EXPECT_EQ(verdict_of(ahead), CheckVerdict::kPass);
  EXPECT_EQ(described(ahead), "the same, as far as can be seen");
}

TEST(Clocks, TheLeastThatIsSureIsToldAndJudged) {
  const auto apart = [](std::int64_t ms) {
    return Ahead::read(1'000'000 + ms, 1'000'999 + ms, 1'000'000, 1'000'050);
  };
  EXPECT_EQ(described(apart(3'250)), "at least 3.2 s ahead");
  EXPECT_EQ(described(apart(-4'500)), "at least 3.5 s behind");
  EXPECT_EQ(verdict_of(apart(2'050)), CheckVerdict::kPass);
  EXPECT_EQ(verdict_of(apart(2'051)), CheckVerdict::kWarn);
  EXPECT_EQ(verdict_of(apart(-3'000)), CheckVerdict::kWarn);
  EXPECT_EQ(verdict_of(apart(60'050)), CheckVerdict::kWarn);
  EXPECT_EQ(verdict_of(apart(60'051)), CheckVerdict::kBlock);
  EXPECT_EQ(verdict_of(apart(-3'600'000)), CheckVerdict::kBlock);
}

TEST(Clocks, ASlowAnswerMakesLessOfItSure) {
  EXPECT_EQ(Ahead::read(5'000, 5'000, 0, 2'000).surely(), 3'000);
  const Ahead one{100, 200};
  const Ahead other{-5'000, -4'000};
  EXPECT_EQ((one - other).least, 4'100);
  EXPECT_EQ((one - other).most, 5'200);
  EXPECT_EQ((other - one).surely(), -4'100);
}

}  // namespace
}  // namespace cutover
