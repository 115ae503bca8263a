// SPDX-License-Identifier: Apache-2.0
// What root does on the database that only follows: with rows it is a doubt, without it is told.
#include <gmock/gmock.h>

#include "tests/harness/replication.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class ByRoot : public testing::Test {
 protected:
  std::string status() { return stage_.site().cutoverctl({"status"}).output; }
  // Each has a GTID of the old database's own; super_read_only lets the second one alone through.
  void maintain(DatabaseServer& server) {
    server.execute(server.vendor() == Vendor::kMySql ? "FLUSH PRIVILEGES"
                                                     : "ANALYZE TABLE fantasy.ledger");
  }
  static std::string maintained(DatabaseServer& server) {
    return server.vendor() == Vendor::kMySql ? "FLUSH PRIVILEGES" : "ANALYZE TABLE fantasy";
  }

  Stage stage_;
};

TEST_F(ByRoot, MaintenanceOnTheFollowerIsNamedAndTheWayBackStaysOpen) {
  stage_.expect_switch();
  DatabaseServer& old_database = stage_.old_database();
  ASSERT_EQ(stage_.site().await_gate(), "");
  maintain(old_database);
  ASSERT_TRUE(eventually([&] {
    return status().find("own GTIDs without rows") != std::string::npos;
  })) << status();
  EXPECT_THAT(status(), HasSubstr(maintained(old_database)));
  EXPECT_THAT(status(), HasSubstr("possible now"));
  EXPECT_THAT(status(), Not(HasSubstr("IN DOUBT")));
  EXPECT_EQ(stage_.site().cutoverctl({"status"}).exit_code, 0);
  stage_.expect_serves("new");
}

TEST_F(ByRoot, WhatIsTriedOnNewBeforeTheSwitchDoesNotComeToTheLiveSite) {
  ASSERT_EQ(stage_.site().await_gate(), "");
  DatabaseServer& old_database = stage_.old_database();
  DatabaseServer& new_database = stage_.new_database();
  old_database.execute("CREATE TABLE fantasy.options (name CHAR(8) PRIMARY KEY, value CHAR(9))");
  old_database.execute("INSERT INTO fantasy.options VALUES ('siteurl', 'shop')");
  const auto value = [](DatabaseServer& server, const std::string& option) {
    return server.value("SELECT value FROM fantasy.options WHERE name='" + option + "'");
  };
  ASSERT_TRUE(harness::caught_up(old_database, new_database));
  EXPECT_TRUE(harness::receives_only(old_database));
  auto root = new_database.connect();
  if (new_database.vendor() == Vendor::kMySql) root.execute("SET GLOBAL super_read_only=0");
  root.execute("UPDATE fantasy.options SET value='new-test' WHERE name='siteurl'");
  if (new_database.vendor() == Vendor::kMySql) root.execute("SET GLOBAL super_read_only=1");
  old_database.execute("INSERT INTO fantasy.options VALUES ('later', 'shop')");
  EXPECT_TRUE(eventually([&] { return value(new_database, "later") == "shop"; }))
      << "new still applies";
  std::this_thread::sleep_for(std::chrono::seconds(1));
  EXPECT_EQ(value(old_database, "siteurl"), "shop") << "the live site was changed";
  const auto preflight = stage_.site().cutoverctl({"preflight"});
  EXPECT_EQ(preflight.exit_code, 1);
  EXPECT_THAT(preflight.output, HasSubstr("it holds back")) << "what the link would apply is named";
}

TEST_F(ByRoot, ARowOnTheFollowerIsADoubt) {
  stage_.expect_switch();
  DatabaseServer& old_database = stage_.old_database();
  ASSERT_EQ(stage_.site().await_gate(), "");
  auto session = old_database.connect();
  if (old_database.vendor() == Vendor::kMySql) session.execute("SET GLOBAL super_read_only=0");
  session.execute("CREATE TABLE fantasy.slipped_in (id INT PRIMARY KEY)");
  ASSERT_TRUE(eventually([&] { return status().find("IN DOUBT") != std::string::npos; }))
      << status();
  stage_.expect_serves("new");
  EXPECT_EQ(stage_.new_database().number("SELECT COUNT(*) FROM information_schema.tables WHERE "
                                         "table_name = 'slipped_in'"),
            0)
      << "it came to the database that serves";
}

}  // namespace
}  // namespace cutover::test
