// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/new_host/keep_alive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cutover {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr Millis kUsual{4000};

TEST(IdleConnections, ThatTheNewHostClosesFirstAreAWarning) {
  const auto row = idle_connections(2, kUsual);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->verdict, CheckVerdict::kWarn);
  EXPECT_THAT(row->seen, HasSubstr("idle for 2 s; mod_proxy uses one again within 4 s (ttl)"));
  EXPECT_THAT(row->remedy,
              StartsWith("KeepAliveTimeout 5 on the new host, or ttl=1 in CutoverNewHost"));
  EXPECT_EQ(idle_connections(4, kUsual)->verdict, CheckVerdict::kWarn);
  EXPECT_THAT(idle_connections(1, kUsual)->remedy, HasSubstr("disablereuse=On"));
}

TEST(IdleConnections, ThatStayOpenLongEnoughPassAndWhatIsNotSaidIsNoRow) {
  EXPECT_EQ(idle_connections(5, kUsual)->verdict, CheckVerdict::kPass);
  EXPECT_FALSE(idle_connections(std::nullopt, kUsual));
}

TEST(IdleConnections, ATtlOfOnesOwnIsWhatCounts) {
  EXPECT_EQ(idle_connections(2, Millis{1000})->verdict, CheckVerdict::kPass);
  EXPECT_EQ(idle_connections(2, Millis{0})->verdict, CheckVerdict::kPass) << "disablereuse";
  const auto longer = idle_connections(5, Millis{60000});
  EXPECT_EQ(longer->verdict, CheckVerdict::kWarn);
  EXPECT_THAT(longer->remedy, StartsWith("KeepAliveTimeout 61 on the new host, or ttl=4"));
  const auto for_ever = idle_connections(5, std::nullopt);
  EXPECT_EQ(for_ever->verdict, CheckVerdict::kWarn);
  EXPECT_THAT(for_ever->remedy, StartsWith("ttl=4 in CutoverNewHost"));
}

}  // namespace
}  // namespace cutover
