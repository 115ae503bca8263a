// SPDX-License-Identifier: Apache-2.0
// What of a page is noise, and what of two pages is a difference.
#include "shared/pages/text.h"

#include <gmock/gmock.h>

#include <random>

#include "shared/pages/word_gaps.h"

namespace cutover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string random_word(std::mt19937& dice, std::size_t size) {
  constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789+/=";
  std::string word;
  for (std::size_t i = 0; i < size; ++i) word += kAlphabet[dice() % kAlphabet.size()];
  return word;
}

// A page as an application makes it: a nonce, a token, the time, a count, and its text.
std::string page(std::mt19937& dice, const std::string& text, int second) {
  return "<html><head><script nonce=\"" + random_word(dice, 22) +
         "\"></script></head><body><p>It is 2026-10-05 12:00:" + std::to_string(second) + ", " +
         std::to_string(dice() % 1000) + " are here</p><form><input type=hidden value='" +
         random_word(dice, 43) + "'></form><h1>" + text + "</h1></body></html>";
}

TEST(PageText, TagsQuotesAndBracketsPartWordsAndATokenIsOne) {
  EXPECT_THAT(
      words_of("<b>x  y</b>\n\"aB+/c=\",12:00:01"),
      ElementsAre("<", "b", ">", "x", "y", "<", "/b", ">", "\"", "aB+/c=", "\"", ",", "12:00:01"));
  EXPECT_THAT(words_of(" \r\n\t"), IsEmpty());
}

TEST(PageText, WhatOneHostSaysDifferentlyEachTimeIsNoise) {
  EXPECT_THAT(normalised("a 1 b", "a 2 b"), ElementsAre("a", "", "b"));
  EXPECT_THAT(normalised("a b", "a c d b"), ElementsAre("a", "", "b"));
  EXPECT_THAT(normalised("a b", "a b"), ElementsAre("a", "b"));
  EXPECT_THAT(normalised("", ""), IsEmpty());
}

TEST(PageText, TokensNoncesTimesAndCountsAreNoDifference) {
  std::mt19937 dice(1);
  for (int i = 0; i < 200; ++i) {
    const std::string pages[] = {page(dice, "Hello", 10), page(dice, "Hello", 11),
                                 page(dice, "Hello", 10), page(dice, "Hello", 12)};
    EXPECT_THAT(differences(normalised(pages[0], pages[1]), normalised(pages[2], pages[3])),
                IsEmpty());
  }
}

TEST(PageText, NoiseOnOneSideAloneIsNoDifferenceEither) {
  EXPECT_THAT(differences(normalised("at 1 now", "at 2 now"), words_of("at 2 now")), IsEmpty());
  EXPECT_THAT(differences(words_of("at 2 now"), normalised("at 1 now", "at 2 now")), IsEmpty());
}

TEST(PageText, ADifferenceIsToldWithAFewWordsBeforeIt) {
  std::mt19937 dice(2);
  const std::string pages[] = {page(dice, "Hello Ann", 10), page(dice, "Hello Ann", 11),
                               page(dice, "Please log in", 10), page(dice, "Please log in", 11)};
  const auto found = differences(normalised(pages[0], pages[1]), normalised(pages[2], pages[3]));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].one, "><h1>Hello Ann");
  EXPECT_EQ(found[0].other, "><h1>Please log in");
}

TEST(PageText, WhatOneSideLacksIsADifference) {
  const auto found = differences(words_of("one two three"), words_of("one three"));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].one, "one two");
  EXPECT_EQ(found[0].other, "one");
}

TEST(PageText, ARealDifferenceBesideNoiseIsSeen) {
  const auto found = differences(normalised("<b>1 Ann</b>", "<b>2 Ann</b>"),
                                 normalised("<b>3 Bob</b>", "<b>4 Bob</b>"));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].one, HasSubstr("Ann"));
  EXPECT_THAT(found[0].other, HasSubstr("Bob"));
}

TEST(PageText, APageThatIsAnotherOneEachTimeHasLittleThatIsSteady) {
  EXPECT_EQ(steady_part(normalised("a b c d", "a b c d"), "a b c d"), 1);
  EXPECT_EQ(steady_part(normalised("a b c d", "a x y z"), "a b c d"), 0.25);
  EXPECT_EQ(steady_part({}, ""), 1);
}

// Both lists can be put together again from the gaps, and nothing that is equal stands in one.
TEST(WordGaps, LeaveWhatBothListsHave) {
  std::mt19937 dice(3);
  const std::string letters = "abcd";
  for (int round = 0; round < 500; ++round) {
    Words one;
    Words other;
    for (std::size_t i = dice() % 12; i > 0; --i)
      one.push_back(std::string_view(letters).substr(dice() % 4, 1));
    for (std::size_t i = dice() % 12; i > 0; --i)
      other.push_back(std::string_view(letters).substr(dice() % 4, 1));
    std::size_t at = 0;
    std::size_t other_at = 0;
    for (const Gap& gap : gaps_between(one, other)) {
      ASSERT_EQ(gap.one - at, gap.other - other_at);
      for (; at < gap.one; ++at, ++other_at) ASSERT_EQ(one[at], other[other_at]);
      ASSERT_TRUE(gap.one_end > gap.one || gap.other_end > gap.other);
      at = gap.one_end;
      other_at = gap.other_end;
    }
    ASSERT_EQ(one.size() - at, other.size() - other_at);
    for (; at < one.size(); ++at, ++other_at) ASSERT_EQ(one[at], other[other_at]);
  }
}

TEST(WordGaps, AreAsSmallAsCanBe) {
  const auto gaps = gaps_between(words_of("a b c a b b a"), words_of("c b a b a c"));
  std::size_t edits = 0;
  for (const Gap& gap : gaps) edits += gap.one_end - gap.one + gap.other_end - gap.other;
  EXPECT_EQ(edits, 5U);
}

TEST(WordGaps, OfListsWithNothingInCommonAreOneInLittleTime) {
  std::mt19937 dice(4);
  std::string one;
  std::string other;
  for (int i = 0; i < 150'000; ++i) {
    one += random_word(dice, 5) + " ";
    other += random_word(dice, 5) + " ";
  }
  const auto began = std::chrono::steady_clock::now();
  EXPECT_THAT(gaps_between(words_of(one), words_of(other)), SizeIs(1));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
}

}  // namespace
}  // namespace cutover
