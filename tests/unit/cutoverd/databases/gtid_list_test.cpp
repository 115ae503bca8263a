// SPDX-License-Identifier: Apache-2.0
// What a list of MariaDB's GTIDs proves, in rings, in several domains, after a dump.
#include "mod_cutover/cutoverd/databases/dialect/gtid_list.h"

#include <gtest/gtest.h>

namespace cutover {
namespace {

GtidList list(const char* text) { return parse_gtids(text).value(); }

ReplicaGtids server(std::uint64_t id, const char* slave_pos, const char* binlog_state) {
  return {id, list(slave_pos), list(binlog_state)};
}

std::string position(const ReplicaGtids& s) { return render(position_of(s)); }

TEST(Gtids, AreReadWithSpacesAndRefusedOtherwise) {
  EXPECT_EQ(render(list("0-1-2, 1-2-3,\n0-2-9")), "0-1-2,1-2-3,0-2-9");
  EXPECT_TRUE(list("").empty());
  for (const char* wrong : {"0-1", "0-1-", "a-1-2", "0-1-2,", "0-1-2 0-1-3", ",0-1-2", "0-1-2-3"}) {
    EXPECT_FALSE(parse_gtids(wrong)) << wrong;
  }
}

TEST(Position, KeepsEveryOriginAndTheNewestOfADomainLast) {
  EXPECT_EQ(position(server(1, "", "0-2-30,0-1-50")), "0-2-30,0-1-50");
  EXPECT_EQ(position(server(1, "", "0-1-20,0-2-30")), "0-1-20,0-2-30");
  EXPECT_EQ(position(server(1, "", "3-1-7,0-1-50,1-4-4")), "0-1-50,1-4-4,3-1-7");
}

TEST(Position, IsOneTextForOneState) {
  EXPECT_EQ(position(server(1, "0-2-30", "0-9-4,0-2-30,0-1-50")),
            position(server(1, "0-1-50", "0-2-30,0-9-4,0-1-50")));
}

TEST(Position, HasWhatWasAppliedWithoutBeingLogged) {
  EXPECT_EQ(position(server(1, "0-2-30", "0-1-20")), "0-1-20,0-2-30");
  EXPECT_EQ(position(server(1, "0-2-30", "0-1-31")), "0-2-30,0-1-31");
  EXPECT_EQ(position(server(1, "0-2-30", "")), "0-2-30");
}

TEST(Applied, AsksForTheVeryGtid) {
  EXPECT_TRUE(has_applied(server(2, "0-1-50", "0-1-50"), list("0-1-50")));
  EXPECT_FALSE(has_applied(server(2, "0-1-49", "0-1-49"), list("0-1-50")));
  EXPECT_TRUE(has_applied(server(2, "0-1-60", "0-1-60"), list("0-1-50")));
  EXPECT_FALSE(has_applied(server(2, "0-77-100000", "0-1-40"), list("0-1-50")));
  EXPECT_FALSE(has_applied(server(2, "", ""), list("0-1-50")));
}

TEST(Applied, NeedsEveryDomain) {
  EXPECT_TRUE(has_applied(server(2, "0-1-50,1-1-3", ""), list("0-1-50,1-1-3")));
  EXPECT_FALSE(has_applied(server(2, "0-1-50,1-1-2", ""), list("0-1-50,1-1-3")));
  EXPECT_FALSE(has_applied(server(2, "0-1-50", ""), list("0-1-50,1-1-3")));
}

TEST(Applied, DoesNotTakeWhatIsLoggedForCommitted) {
  EXPECT_FALSE(has_applied(server(2, "0-1-49", "0-1-50"), list("0-1-50")));
  // The first one over the link after a flip.
  EXPECT_FALSE(has_applied(server(2, "0-2-30", "0-2-30,0-1-31"), list("0-2-30,0-1-31")));
  // Past it: the ring has brought a later one of its own back since.
  EXPECT_TRUE(has_applied(server(2, "0-2-60", "0-1-50,0-2-60"), list("0-1-50")));
}

// An older sample, from before the other took over as writer, by a replica without own writes.
TEST(Applied, KnowsEarlierOriginsOfADomain) {
  EXPECT_TRUE(has_applied(server(2, "0-1-50", "0-9-40,0-1-50"), list("0-9-40")));
  EXPECT_FALSE(has_applied(server(2, "0-1-50", "0-9-39,0-1-50"), list("0-9-40")));
}

TEST(Applied, IsNeverTrueOfNothing) {
  EXPECT_FALSE(has_applied(server(2, "0-1-50", "0-1-50"), list("")));
}

TEST(Applied, TakesTheReplicasOwnWritesAsThere) {
  // A ring with a domain for each server: its own come back, or not yet.
  EXPECT_TRUE(has_applied(server(2, "1-1-50", "1-1-50,2-2-30"), list("1-1-50,2-2-30")));
  EXPECT_FALSE(has_applied(server(2, "1-1-49", "1-1-49,2-2-30"), list("1-1-50,2-2-30")));
  // The newest of the domain is its own, what the other wrote before it has not arrived.
  EXPECT_FALSE(has_applied(server(2, "0-1-20", "0-1-20,0-2-32"), list("0-1-31,0-2-32")));
  EXPECT_TRUE(has_applied(server(2, "0-1-31", "0-1-31,0-2-32"), list("0-1-31,0-2-32")));
}

TEST(Applied, CoversOriginsFromBeforeTheDumpByALaterOne) {
  EXPECT_TRUE(has_applied(server(2, "0-1-100", ""), list("0-9-40,0-1-100")));
  EXPECT_TRUE(has_applied(server(2, "0-1-101", "0-1-101"), list("0-9-40,0-1-100")));
  EXPECT_FALSE(has_applied(server(2, "0-1-99", "0-1-99"), list("0-9-40,0-1-100")));
  // Its own later write covers nothing of the other's.
  EXPECT_FALSE(has_applied(server(2, "", "0-2-200"), list("0-1-100,0-2-200")));
}

TEST(Beyond, CountsOwnWritesAlone) {
  EXPECT_EQ(render(own_beyond(server(2, "", "0-1-60,0-2-31"), list("0-2-30,0-1-50"))), "0-2-31");
  EXPECT_TRUE(own_beyond(server(2, "", "0-2-30,0-1-60"), list("0-2-30,0-1-50")).empty());
  // A number below the newest of the domain is beyond all the same.
  EXPECT_EQ(render(own_beyond(server(2, "", "0-1-45,0-2-46"), list("0-1-50"))), "0-2-46");
  EXPECT_EQ(render(own_beyond(server(2, "", "5-2-1,0-1-50"), list("0-1-50"))), "5-2-1");
}

TEST(Awaited, LeavesOutWhatItWroteItself) {
  EXPECT_EQ(render(to_wait_for(server(2, "", ""), list("0-2-30,0-1-50,1-2-7"))), "0-1-50");
  EXPECT_EQ(render(newest_per_domain(list("0-2-30,0-1-50,1-2-7"))), "0-1-50,1-2-7");
}

TEST(KnownToBoth, GoesBackToTheLastThatTheSourceHasGot) {
  const auto begin = [](const char* has, const char* source) {
    return render(known_to_both(1, list(has), list(source), list("1-1-12,2-2-5")));
  };
  EXPECT_EQ(begin("1-1-13,2-2-5", "1-1-12,2-2-6"), "1-1-12,2-2-5");
  EXPECT_EQ(begin("1-1-13,2-2-5", "1-1-13,2-2-6"), "1-1-13,2-2-5");
  // What it has got of the source's since is not asked for again.
  EXPECT_EQ(begin("1-1-13,2-2-9", "1-1-12,2-2-9"), "1-1-12,2-2-9");
  EXPECT_EQ(begin("1-1-12,2-2-5,7-1-1", "1-1-12,2-2-5"), "1-1-12,2-2-5,7-1-1");
}

}  // namespace
}  // namespace cutover
