// SPDX-License-Identifier: Apache-2.0
#include "shared/figures/traffic.h"

#include <gtest/gtest.h>

namespace cutover {
namespace {

using namespace std::chrono_literals;

// Ten samples a second, all alike.
void busy(Traffic& traffic, std::chrono::seconds from, std::chrono::seconds to, int per_second,
          std::int64_t in_flight, std::uint64_t& begun) {
  for (auto now = std::chrono::milliseconds(from); now < to; now += 100ms) {
    traffic.sample(now, begun, in_flight);
    begun += static_cast<std::uint64_t>(per_second) / 10;
  }
}

TEST(Traffic, NothingIsKnownBeforeTenSecondsAreOver) {
  Traffic traffic;
  std::uint64_t begun = 0;
  busy(traffic, 0s, 10s, 50, 3, begun);
  EXPECT_FALSE(traffic.busiest());
  traffic.sample(10s, begun, 3);
  ASSERT_TRUE(traffic.busiest());
  EXPECT_NEAR(traffic.busiest()->per_second, 50, 0.01);
  EXPECT_NEAR(traffic.busiest()->in_flight, 3, 0.01);
}

TEST(Traffic, TheBusiestTenSecondsCountForTenMinutesAndNoLonger) {
  Traffic traffic;
  std::uint64_t begun = 0;
  busy(traffic, 0s, 10s, 500, 20, begun);
  busy(traffic, 10s, 600s, 10, 1, begun);
  EXPECT_NEAR(traffic.busiest()->per_second, 500, 1);
  busy(traffic, 600s, 630s, 10, 1, begun);
  EXPECT_NEAR(traffic.busiest()->per_second, 10, 1);
}

TEST(Traffic, ASiteThatWasNotLookedAtForAWhileIsCountedOverThatTime) {
  Traffic traffic;
  traffic.sample(0s, 0, 0);
  traffic.sample(100s, 1000, 0);
  EXPECT_NEAR(traffic.busiest()->per_second, 10, 0.01);
}

TEST(Traffic, LittlesLaw) {
  EXPECT_EQ(workers_needed({200, 4}, 50ms), 10);
  EXPECT_EQ(workers_needed({200, 40}, 50ms), 40) << "never fewer than are busy today";
  EXPECT_EQ(workers_needed({0.5, 0}, 10ms), 1) << "a part of one is one";
}

}  // namespace
}  // namespace cutover
