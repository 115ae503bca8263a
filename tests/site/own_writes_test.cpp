// SPDX-License-Identifier: Apache-2.0
// What root does on the database that only follows: with rows it is a doubt, without it is told.
#include <gmock/gmock.h>

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
}

}  // namespace
}  // namespace cutover::test
