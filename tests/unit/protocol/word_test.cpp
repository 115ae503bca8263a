// SPDX-License-Identifier: Apache-2.0
// The 64 bits that every worker reads: what is stored comes back, what nobody stores holds.
#include "shared/protocol/word.h"

#include <gtest/gtest.h>

namespace cutover {
namespace {

TEST(Word, EveryWordComesBackAsItWasStored) {
  for (const Mode mode : {Mode::kOld, Mode::kNew, Mode::kHold})
    for (const AtDeadline at : {AtDeadline::kOld, AtDeadline::kNew, AtDeadline::kRefuse})
      for (const std::uint64_t epoch : {0ULL, 1ULL, (1ULL << 60) - 1}) {
        const Word word{mode, at, epoch};
        EXPECT_EQ(decode(encode(word)), word);
      }
}

TEST(Word, ASideThatIsQuietenedServesAndDecidesNobodyWhoIsHeld) {
  for (const Side side : {Side::kOld, Side::kNew}) {
    const Word word = quieting_at(side, 9);
    EXPECT_EQ(decode(encode(word)), word);
    EXPECT_EQ(word.mode, serving(side, 9).mode);
    EXPECT_EQ(word.at_deadline, serving(side, 9).at_deadline);
    EXPECT_FALSE(is_decided(word));
    EXPECT_TRUE(is_decided(serving(side, 9)));
    EXPECT_FALSE(is_decided(holding_for(side, 9)));
  }
  EXPECT_FALSE(is_decided(sealed(9)));
}

TEST(Word, ABitPatternThatNobodyStoresHoldsAndRefuses) {
  const Word word = decode(~std::uint64_t{0});
  EXPECT_EQ(word.mode, Mode::kHold);
  EXPECT_EQ(word.at_deadline, AtDeadline::kRefuse);
}

TEST(Word, TheHalfThatSleepersCompareChangesWithEveryStore) {
  const auto low = [](Word w) { return static_cast<std::uint32_t>(encode(w)); };
  EXPECT_NE(low(sealed(7)), low(sealed(8)));
  EXPECT_NE(low(sealed((1ULL << 28) - 1)), low(sealed(1ULL << 28)));
}

TEST(Word, HoldingForASideLetsWorkersChooseItAndSealingLetsThemChooseNone) {
  EXPECT_EQ(holding_for(Side::kOld, 3), (Word{Mode::kHold, AtDeadline::kOld, 3}));
  EXPECT_EQ(holding_for(Side::kNew, 3), (Word{Mode::kHold, AtDeadline::kNew, 3}));
  EXPECT_EQ(sealed(3), (Word{Mode::kHold, AtDeadline::kRefuse, 3}));
  EXPECT_EQ(serving(Side::kNew, 3).mode, Mode::kNew);
}

}  // namespace
}  // namespace cutover
