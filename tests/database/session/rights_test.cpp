// SPDX-License-Identifier: Apache-2.0
// A server gives a session the rights that its account has at the login. What is granted later, as
// the preflight asks for, must not wait for a restart.
#include <gmock/gmock.h>

#include "tests/database/checks/preflight_checks.h"
#include "tests/harness/eventually.h"

namespace cutover {
namespace {

using testing::HasSubstr;

class Rights : public testing::Test {
 protected:
  void without(const char* mariadb, const char* mysql) {
    right_ = harness::vendor_of_this_run() == harness::Vendor::kMariaDb ? mariadb : mysql;
    change("REVOKE " + right_ + " ON *.* FROM 'cutover'@'%'");
    pair.databases = pair.coordinator();
    ASSERT_DONE(pair.databases->take_command(ms(5000)));  // by now both its sessions are there
  }
  void grant() { change("GRANT " + right_ + " ON *.* TO 'cutover'@'%'"); }

  Pair pair;

 private:
  void change(const std::string& sql) {
    pair.old_server.execute(sql);
    ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
  }

  std::string right_;
};

TEST_F(Rights, ThatThePreflightAsksForCommandFromTheNextPreflightOn) {
  without("READ_ONLY ADMIN", "SYSTEM_VARIABLES_ADMIN");
  expect(pair.databases->preflight(Direction::kSwitch, ""), "privileges-leaving",
         CheckVerdict::kBlock);
  EXPECT_FALSE(pair.databases->fence(Side::kOld, ms(2000)).done());
  grant();
  expect_healthy(pair.databases->preflight(Direction::kSwitch, ""));
  ASSERT_DONE(pair.databases->take_command(ms(2000)));
  EXPECT_DONE(pair.databases->fence(Side::kOld, ms(2000)));
}

TEST_F(Rights, ThatTheGateWaitsForOpenIt) {
  without("SLAVE MONITOR", "REPLICATION CLIENT");
  EXPECT_THAT(pair.databases->link_into(Side::kNew).error, HasSubstr("1227"));
  grant();
  EXPECT_TRUE(harness::eventually([&] {
    pair.databases->life(Side::kNew);  // as each look of the coordinator does
    return pair.databases->link_into(Side::kNew).value.has_value();
  }));
}

// What is hidden from the old session would be taken for something that is not there.
TEST_F(Rights, ThatShowMoreShowItToTheNextPreflight) {
  without("PROCESS", "PROCESS");
  grant();
  expect_healthy(pair.databases->preflight(Direction::kSwitch, ""));
}

}  // namespace
}  // namespace cutover
