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
  EXPECT_FALSE(word.old_leaves);
}

TEST(Word, ASealKnowsWhetherTheHoldBeforeItWasForOld) {
  const auto sealed_after = [](Word before) {
    return decode(encode(next_word(before, Mode::kHold, AtDeadline::kRefuse)));
  };
  const Word switching = sealed_after(holding_for(Side::kOld, 4));
  EXPECT_EQ(switching.mode, Mode::kHold);
  EXPECT_EQ(switching.at_deadline, AtDeadline::kRefuse);
  EXPECT_EQ(switching.epoch, 5U);
  EXPECT_FALSE(switching.quieting);
  EXPECT_TRUE(switching.old_leaves);
  for (const Word before : {holding_for(Side::kNew, 4), serving(Side::kOld, 4),
                            serving(Side::kNew, 4), sealed(4), switching})
    EXPECT_EQ(sealed_after(before), sealed(before.epoch + 1));
  EXPECT_EQ(next_word(switching, Mode::kNew, AtDeadline::kNew), serving(Side::kNew, 6));
}

TEST(Word, NewIsPreviewedUntilItServesAndNotWhileItIsLeft) {
  const Word seal = next_word(holding_for(Side::kOld, 1), Mode::kHold, AtDeadline::kRefuse);
  for (const Word before_new :
       {serving(Side::kOld, 1), quieting_at(Side::kOld, 1), holding_for(Side::kOld, 1), seal})
    EXPECT_TRUE(lets_preview(before_new));
  for (const Word other : {serving(Side::kNew, 1), quieting_at(Side::kNew, 1),
                           holding_for(Side::kNew, 1), sealed(1), decode(~std::uint64_t{0})})
    EXPECT_FALSE(lets_preview(other));
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
