// SPDX-License-Identifier: Apache-2.0
// Two lists of things told apart, without a server.
#include "mod_cutover/cutoverd/databases/checks/objects/compare.h"

#include <gmock/gmock.h>

namespace cutover {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<std::string> kHeadings{"name", "type", "collation"};

Rows rows(std::vector<Rows::Row> all) { return {kHeadings, std::move(all)}; }

TEST(Compare, EqualListsDifferInNothing) {
  const Rows a = rows({{"s.t.a", "int", std::nullopt}, {"s.t.b", "text", "utf8mb4_bin"}});
  const Rows b = rows({{"s.t.b", "text", "utf8mb4_bin"}, {"s.t.a", "int", std::nullopt}});
  EXPECT_TRUE(compare(a, b, {}).none());
  EXPECT_TRUE(compare(rows({}), rows({}), {}).none());
}

TEST(Compare, NamesWhatOnlyOneOfThemHas) {
  const Rows a = rows({{"s.t.a", "int", ""}, {"s.t.b", "int", ""}});
  const Rows b = rows({{"s.t.a", "int", ""}, {"s.t.c", "int", ""}});
  const Differences d = compare(a, b, {});
  EXPECT_THAT(d.missing, ElementsAre("s.t.b"));
  EXPECT_THAT(d.alone, ElementsAre("s.t.c"));
  EXPECT_THAT(d.grave, IsEmpty());
}

TEST(Compare, SaysWhatDiffersAndWhetherThatIsSlight) {
  const Rows a = rows({{"s.t.a", "int", "x"}, {"s.t.b", "int", "x"}, {"s.t.c", "int", "x"}});
  const Rows b = rows({{"s.t.a", "bigint", "y"}, {"s.t.b", "int", "y"}, {"s.t.c", "int", "x"}});
  const Differences d = compare(a, b, {"collation"});
  EXPECT_THAT(d.grave, ElementsAre("s.t.a: type bigint, not int, collation y, not x"));
  EXPECT_THAT(d.slight, ElementsAre("s.t.b: collation y, not x"));
}

TEST(Compare, ALongTextIsOnlyAnotherOne) {
  const Rows a = rows({{"s.p", std::string(64, 'a'), std::nullopt}});
  const Rows b = rows({{"s.p", std::string(64, 'b'), std::nullopt}});
  EXPECT_THAT(compare(a, b, {}).grave, ElementsAre("s.p: another type"));
}

TEST(Compare, ReleasesThatWriteTheSameInOtherWordsDoNotDiffer) {
  EXPECT_TRUE(same_meaning("type", "int(11) unsigned", "int unsigned"));
  EXPECT_TRUE(same_meaning("type", "bigint(20)", "bigint"));
  EXPECT_TRUE(same_meaning("collation", "utf8_general_ci", "utf8mb3_general_ci"));
  EXPECT_TRUE(same_meaning("default", "current_timestamp()", "CURRENT_TIMESTAMP"));
  EXPECT_TRUE(same_meaning("default", "'new'", "new"));
  EXPECT_TRUE(same_meaning("extra", "DEFAULT_GENERATED on update CURRENT_TIMESTAMP",
                           "on update current_timestamp()"));
  EXPECT_FALSE(same_meaning("type", "int(11)", "int(11) unsigned"));
  EXPECT_FALSE(same_meaning("type", "varchar(20)", "varchar(21)"));
  EXPECT_FALSE(same_meaning("collation", "utf8mb4_bin", "utf8mb3_bin"));
  EXPECT_FALSE(same_meaning("default", "0", "1"));
}

TEST(Compare, PartsOfATableThatIsMissingAreNotToldAgain) {
  std::vector<std::string> names{"s.gone.id", "s.there.id", "s.gone.what"};
  leave_out(names, {"s.gone"});
  EXPECT_THAT(names, ElementsAre("s.there.id"));
}

TEST(Compare, OfManyNamesTheFirstOnesAndHowManyMore) {
  EXPECT_EQ(some({"a"}), "a");
  EXPECT_EQ(some({"a", "b", "c"}), "a; b; c");
  EXPECT_EQ(some({"a", "b", "c", "d", "e"}), "a; b; c; and 2 more");
}

}  // namespace
}  // namespace cutover
