// SPDX-License-Identifier: Apache-2.0
// Slots, sums and site records of the shared block.
#include "shared/memory/layout.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/unit/memory/counter_memory.h"

namespace cutover {
namespace {

using Slots = CounterMemory;

TEST(Block, ASumCountsEverySlotWithTheSharedOne) {
  Slots slots(3);
  for (std::size_t i = 0; i < 3; ++i) {
    slots.area.slots[i].sites[5].in_flight.store(static_cast<std::int64_t>(i + 1));
    slots.area.slots[i].sites[5].held_now.store(10);
    slots.area.slots[i].sites[5].served[1].store(100);
  }
  slots.area.slots[0].sites[4].in_flight.store(1000);
  EXPECT_EQ(sum_in_flight(slots.area, 5), 6);
  EXPECT_EQ(sum_held(slots.area, 5), 30);
  EXPECT_EQ(sum(slots.area, 5).served[1], 300U);
}

TEST(Block, AChildWithoutAFreeSlotIsCountedInTheSharedOne) {
  Slots slots(3);
  EXPECT_EQ(&claim_slot(slots.area, 11), &slots.area.slots[0]);
  EXPECT_EQ(&claim_slot(slots.area, 12), &slots.area.slots[1]);
  EXPECT_EQ(&claim_slot(slots.area, 13), &slots.area.shared_slot());
  EXPECT_EQ(slots.area.shared_slot().pid.load(), -1);
}

TEST(Block, AChildThatDiedBetweenTwoCountsLeavesTheSumOfTheHeldRight) {
  for (const bool came : {true, false}) {
    Slots slots(2);
    SiteCounters& counters = claim_slot(slots.area, 11).sites[0];
    counters.held_now.store(1);
    counters.held.store(came ? 3 : 4);  // not yet counted as one that was held
    counters.released.store(2);
    counters.shed_held.store(came ? 1 : 2);  // or counted as ended already
    EXPECT_TRUE(retire_slot(slots.area, 11));
    const Counts c = sum(slots.area, 0);
    EXPECT_EQ(c.held_now, 0);
    EXPECT_EQ(c.held, c.released + c.timed_out + c.shed_held + c.client_gone);
  }
}

TEST(Block, WhatADeadChildHadInFlightIsGoneAndItsTotalsStay) {
  Slots slots(2);
  ChildSlot& slot = claim_slot(slots.area, 11);
  slot.sites[0].in_flight.store(4);
  slot.sites[0].held_now.store(2);
  slot.sites[0].held.store(5);
  slot.sites[0].releasing.store(2);
  slot.sites[0].under_way.store(10);
  slots.area.releases[3].writer.store(11);
  slots.area.releases[4].writer.store(12);
  slot.sites[0].released.store(3);
  slot.sites[0].served[0].store(9);
  slot.endless[0].open[1].store(3);
  EXPECT_TRUE(retire_slot(slots.area, 11));
  const Counts counts = sum(slots.area, 0);
  EXPECT_EQ(counts.in_flight, 0);
  EXPECT_EQ(counts.held_now, 0);
  EXPECT_EQ(counts.client_gone, 2U);
  EXPECT_EQ(counts.releasing, 0);
  EXPECT_EQ(counts.endless, 0);
  EXPECT_EQ(slot.sites[0].under_way.load(), 0);
  EXPECT_EQ(slots.area.releases[3].writer.load(), 0);
  EXPECT_EQ(slots.area.releases[4].writer.load(), 12);
  EXPECT_EQ(counts.served[0], 9U);
  EXPECT_EQ(&claim_slot(slots.area, 12), &slot);
}

TEST(Block, WhoMayWaitForASelfCallIsInFlightAndNoSelfCallHimself) {
  Slots slots(3);
  SiteCounters& one = slots.area.slots[0].sites[5];
  SiteCounters& other = slots.area.slots[1].sites[5];
  EXPECT_EQ(sum_callers(slots.area, 5), 0);
  one.in_flight.store(3);
  EXPECT_EQ(sum_callers(slots.area, 5), 3);
  one.self_calls.store(7);
  one.self_calls_done.store(6);
  other.in_flight.store(1);
  other.self_calls.store(1);
  EXPECT_EQ(sum_callers(slots.area, 5), 2);
  EXPECT_EQ(sum_in_flight(slots.area, 5), 4) << "the drain waits for all of them";
  one.in_flight.store(1);
  EXPECT_EQ(sum_callers(slots.area, 5), 0);
}

TEST(Block, TheSelfCallsOfADeadChildAreDone) {
  Slots slots(2);
  SiteCounters& mine = claim_slot(slots.area, 11).sites[0];
  mine.in_flight.store(2);
  mine.self_calls.store(5);
  mine.self_calls_done.store(3);
  ASSERT_TRUE(retire_slot(slots.area, 11));
  slots.area.slots[0].sites[0].in_flight.store(1);
  EXPECT_EQ(sum_callers(slots.area, 0), 1);
  EXPECT_EQ(sum(slots.area, 0).self_calls, 5U) << "a total";
}

TEST(Block, WhatACrashedChildLeftInTheSharedSlotIsNeverTakenAway) {
  Slots slots(2);
  claim_slot(slots.area, 11);
  claim_slot(slots.area, 12).sites[0].in_flight.store(1);
  EXPECT_FALSE(retire_slot(slots.area, 12));
  EXPECT_FALSE(retire_slot(slots.area, -1));
  EXPECT_EQ(sum_in_flight(slots.area, 0), 1);
}

TEST(Block, ASiteIsFoundByItsWholeNameAndAdoptedOnce) {
  const auto control = std::make_unique<ControlArea>();
  const std::size_t shop = adopt_site(*control, "shop", encode(sealed(1)));
  EXPECT_EQ(adopt_site(*control, "shop", encode(serving(Side::kOld, 9))), shop);
  EXPECT_EQ(decode(control->sites[shop].word.load()), sealed(1)) << "a known word is not replaced";
  EXPECT_EQ(find_site(*control, "sho"), kMaxSites);
  EXPECT_NE(adopt_site(*control, "sho", 0), shop);
}

TEST(Block, NoRecordIsTakenForATooLongNameOrAThirtyThirdSite) {
  const auto control = std::make_unique<ControlArea>();
  EXPECT_EQ(adopt_site(*control, std::string(kMaxSiteName + 1, 'x'), 0), kMaxSites);
  EXPECT_NE(adopt_site(*control, std::string(kMaxSiteName, 'x'), 0), kMaxSites);
  for (std::size_t i = 1; i < kMaxSites; ++i)
    EXPECT_NE(adopt_site(*control, "s" + std::to_string(i), 0), kMaxSites);
  EXPECT_EQ(adopt_site(*control, "one more", 0), kMaxSites);
}

}  // namespace
}  // namespace cutover
