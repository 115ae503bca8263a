// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "mod_cutover/cutoverctl/harmless_json.h"

namespace cutover::tests {
namespace {

using namespace std::string_literals;

TEST(Harmless, LeavesTextAlone) {
  for (const char* text : {"", "lag 3 ms", "Grüße", "日本", "\xf0\x9f\x99\x82", "back\\slash"})
    EXPECT_EQ(harmless(std::string_view(text)), text);
}

TEST(Harmless, MakesControlCharactersVisible) {
  EXPECT_EQ(harmless("\x1b[2J"), "\\x1b[2J");
  EXPECT_EQ(harmless("a\nb\tc\rd"), "a\\x0ab\\x09c\\x0dd");
  EXPECT_EQ(harmless("\x7f"), "\\x7f");
  EXPECT_EQ(harmless("a\0b"s), "a\\x00b");
}

TEST(Harmless, KnowsTheControlCharactersThatHideInUtf8) {
  EXPECT_EQ(harmless("\xc2\x9b"
                     "2J"),
            "\\x9b2J");                            // CSI in one character
  EXPECT_EQ(harmless("\xe2\x80\xae"), "\\u202e");  // right-to-left override
  EXPECT_EQ(harmless("\xe2\x80\xa8"), "\\u2028");  // line separator
}

TEST(Harmless, ShowsBytesThatAreNoUtf8) {
  EXPECT_EQ(harmless("\x9b"
                     "2J"),
            "\\x9b2J");                           // a raw C1
  EXPECT_EQ(harmless("\xc0\x9b"), "\\xc0\\x9b");  // overlong
  EXPECT_EQ(harmless("\xe0\x80\x9b"), "\\xe0\\x80\\x9b");
  EXPECT_EQ(harmless("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(harmless("ab\xe2\x82"), "ab\\xe2\\x82");       // cut
}

TEST(Harmless, ReachesEveryStringOfAnAnswer) {
  const nlohmann::json answer{{"a", {"\x1b", 1, nullptr, true}}, {"k\x1b", {{"b", "\n"}}}};
  const nlohmann::json expected{{"a", {"\\x1b", 1, nullptr, true}}, {"k\\x1b", {{"b", "\\x0a"}}}};
  EXPECT_EQ(all_harmless(answer), expected);
}

}  // namespace
}  // namespace cutover::tests
