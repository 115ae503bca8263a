// SPDX-License-Identifier: Apache-2.0
#include "shared/figures/silent_front.h"

#include <gtest/gtest.h>

namespace cutover {
namespace {

OwnTraffic of(std::uint64_t visitors, std::uint64_t own) {
  Counts counts;
  counts.served = {visitors, own};  // whichever side has served them
  counts.own = own;
  return own_traffic(counts);
}

TEST(OwnTraffic, OfAFewNobodyCanTell) {
  EXPECT_EQ(of(0, 0), OwnTraffic::kTooFewToTell);
  EXPECT_EQ(of(0, 19), OwnTraffic::kTooFewToTell);
  EXPECT_EQ(of(10, 9), OwnTraffic::kTooFewToTell);
}

TEST(OwnTraffic, OfASiteWhoseVisitorsAreBesideItIsItsOwn) {
  EXPECT_EQ(of(20, 0), OwnTraffic::kSelfCalls);
  EXPECT_EQ(of(100, 3), OwnTraffic::kSelfCalls);
  EXPECT_EQ(of(100, 200), OwnTraffic::kSelfCalls) << "two calls for each page are no front";
  EXPECT_EQ(of(100, 1000), OwnTraffic::kSelfCalls);
}

TEST(OwnTraffic, WithHardlyAVisitorBesideItIsAFront) {
  EXPECT_EQ(of(0, 20), OwnTraffic::kSilentFront);
  EXPECT_EQ(of(100, 1001), OwnTraffic::kSilentFront);
  EXPECT_EQ(of(1, 1'000'000), OwnTraffic::kSilentFront);
}

TEST(OwnTraffic, CountsThatDoNotFitYetAreNoNegativeNumberOfVisitors) {
  Counts counts;  // each number is read by itself
  counts.served = {20, 0};
  counts.own = 21;
  EXPECT_EQ(own_traffic(counts), OwnTraffic::kSilentFront);
}

}  // namespace
}  // namespace cutover
