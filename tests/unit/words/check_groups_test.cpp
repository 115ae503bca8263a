// SPDX-License-Identifier: Apache-2.0
#include "shared/words/check_groups.h"

#include <gtest/gtest.h>

namespace cutover {
namespace {

TEST(CheckGroups, ACheckStandsWithThoseOfItsKind) {
  EXPECT_EQ(group_of("lag"), "replication");
  EXPECT_EQ(group_of("schema"), "the tables");
  EXPECT_EQ(place_of_group("lag"), place_of_group("catch-up"));
  EXPECT_LT(place_of_group("vhosts"), place_of_group("lag"));
}

TEST(CheckGroups, OneThatIsNotKnownComesLast) {
  EXPECT_EQ(group_of("no-such-check"), "other");
  EXPECT_GT(place_of_group("no-such-check"), place_of_group("way-back"));
}

}  // namespace
}  // namespace cutover
