// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/new_host/keep_alive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cutover {
namespace {

using testing::HasSubstr;

TEST(IdleConnections, ThatTheNewHostClosesFirstAreAWarning) {
  const auto row = idle_connections(2);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->verdict, CheckVerdict::kWarn);
  EXPECT_THAT(row->seen, HasSubstr("idle for 2 s; mod_proxy uses one again within 4 s (ttl)"));
  EXPECT_EQ(row->remedy, "KeepAliveTimeout 5 on the new host, or ttl=1 in CutoverNewHost");
  EXPECT_EQ(idle_connections(4)->verdict, CheckVerdict::kWarn);
  EXPECT_THAT(idle_connections(1)->remedy, HasSubstr("disablereuse=On"));
}

TEST(IdleConnections, ThatStayOpenLongEnoughPassAndWhatIsNotSaidIsNoRow) {
  EXPECT_EQ(idle_connections(5)->verdict, CheckVerdict::kPass);
  EXPECT_FALSE(idle_connections(std::nullopt));
}

}  // namespace
}  // namespace cutover
