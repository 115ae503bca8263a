// SPDX-License-Identifier: Apache-2.0
#include "shared/protocol/file_position.h"

#include <gtest/gtest.h>

namespace cutover {
namespace {

TEST(FilePosition, IsReadAsItIsWritten) {
  const Places places = {{"1", {"old-bin.000003", 4711}},
                         {"7e1c-a", {"new.host-bin.000012", 18446744073709551615U}}};
  const Position text =
      "file:1@old-bin.000003:4711,7e1c-a@new.host-bin.000012:18446744073709551615";
  EXPECT_EQ(by_file(places), text);
  EXPECT_EQ(places_in(text), places);
  EXPECT_TRUE(is_by_file(text));
}

TEST(FilePosition, WhatIsNoneIsNotTakenForOne) {
  for (const char* text : {"", "0-1-500", "7e1c:1-5", "file", "file:", "file:1@a.1:", "file:@a.1:4",
                           "file:1@:4", "file:1@a.1:4,", "file:1@a.1:x", "file:1@a.1:-4",
                           "file:1@a.1:18446744073709551616", "file:1@a'1:4", "file:1@a 1:4"})
    EXPECT_TRUE(places_in(text).empty()) << text;
  EXPECT_EQ(by_file({{"1", {"a,b.000001", 4}}}), "");
}

TEST(FilePosition, IsOrderedByTheNumberOfTheFile) {
  const LogPlace a{"bin.999999", 900};
  EXPECT_LT(a, (LogPlace{"bin.1000000", 4}));
  EXPECT_LT(a, (LogPlace{"bin.999999", 901}));
  EXPECT_FALSE((a <=> LogPlace{"other.999999", 900}) == 0);
  EXPECT_FALSE(a < LogPlace({"other.1000000", 4}) || a > LogPlace({"other.1000000", 4}));
  EXPECT_FALSE(a < LogPlace({"bin.0999999", 4}) || a > LogPlace({"bin.0999999", 4}));
}

TEST(FilePosition, IsPutTogetherByServer) {
  const Position leaving = "file:1@a.000002:70,2@b.000001:10";
  const Position known = "file:2@b.000001:40,1@a.000001:99,3@c.000001:4";
  EXPECT_EQ(completed(leaving, known), "file:1@a.000002:70,2@b.000001:10,3@c.000001:4");
  EXPECT_EQ(furthest(leaving, known), "file:1@a.000002:70,2@b.000001:40,3@c.000001:4");
  EXPECT_EQ(own_place(known), "file:2@b.000001:40");
  EXPECT_EQ(own_place("0-1-5"), "");
  EXPECT_EQ(completed(leaving, "0-1-5"), leaving);
  EXPECT_EQ(completed("0-1-5", known), "0-1-5");
  EXPECT_EQ(with_place(leaving, {"2", {"b.000002", 4}}), "file:1@a.000002:70,2@b.000002:4");
  EXPECT_EQ(place_of(leaving, "2"), (LogPlace{"b.000001", 10}));
  EXPECT_EQ(place_of(leaving, "3"), std::nullopt);
}

TEST(FilePosition, WhoStandsWhereItStoodHasWrittenNothing) {
  EXPECT_TRUE(stands_at("0-1-5", "0-1-5"));
  EXPECT_FALSE(stands_at("0-1-6", "0-1-5"));
  // What it has applied of the other's in the meantime is no write of its own.
  EXPECT_TRUE(stands_at("file:1@a.000002:70,2@b.000001:50", "file:2@b.000001:10,1@a.000002:70"));
  EXPECT_FALSE(stands_at("file:1@a.000002:71", "file:1@a.000002:70"));
  EXPECT_FALSE(stands_at("file:3@a.000002:70", "file:1@a.000002:70"));
  EXPECT_FALSE(stands_at("0-1-5", "file:1@a.000002:70"));
}

TEST(FilePosition, IsRecordedAnewWhereItIsAnotherFileOrFarOn) {
  const Position then = "file:1@a.000002:70,2@b.000001:10";
  EXPECT_FALSE(goes_further(then, ""));
  EXPECT_FALSE(goes_further(then, then));
  EXPECT_FALSE(goes_further(then, "file:1@a.000002:70,2@b.000001:16777226"));
  EXPECT_TRUE(goes_further(then, "file:1@a.000002:70,2@b.000001:16777227"));
  EXPECT_TRUE(goes_further(then, "file:1@a.000002:70,2@b.000002:4"));
  EXPECT_TRUE(goes_further(then, "file:1@a.000002:70,2@b.000001:10,3@c.000001:4"));
  EXPECT_TRUE(goes_further("0-1-5", "0-1-6"));
  EXPECT_TRUE(goes_further(then, "0-1-6"));
  EXPECT_TRUE(goes_further("", then));
}

}  // namespace
}  // namespace cutover
