// SPDX-License-Identifier: Apache-2.0
// Between the runs, on real servers: roles that a restart forgot, a write that slipped in, and the
// way out of the doubt that it left.
#include <gmock/gmock.h>

#include "tests/harness/replication.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using testing::HasSubstr;

class Kept : public testing::Test {
 protected:
  harness::Site& site() { return stage_.site(); }
  // What a switch kept for a restart (MySQL) is forgotten, so that both vendors come back alike.
  void comes_back(DatabaseServer& server, bool read_only) {
    const bool mysql = server.vendor() == Vendor::kMySql;
    if (mysql)
      server.execute("SET PERSIST_ONLY super_read_only=" + std::to_string(read_only ? 1 : 0));
    if (mysql) server.execute("SET PERSIST_ONLY read_only=" + std::to_string(read_only ? 1 : 0));
    server.restart();
  }
  // The one that did not restart notices that its link broke, and connects again.
  void expect_ring() {
    for (DatabaseServer* server : {&stage_.old_database(), &stage_.new_database()})
      EXPECT_TRUE(eventually([&] { return harness::replication_runs(*server); }));
    EXPECT_EQ(site().await_gate(), "");
  }

  Stage stage_;
};

TEST_F(Kept, AnOldDatabaseThatRestartsWritableIsFencedAgainAndTheWayBackStaysOpen) {
  stage_.expect_switch();
  comes_back(stage_.old_database(), false);
  EXPECT_TRUE(eventually([&] { return stage_.old_database().read_only(); }));
  expect_ring();
  stage_.expect_rollback();
}

TEST_F(Kept, AWriteThatSlippedInIsADoubtUntilAPersonResolvesIt) {
  stage_.expect_switch();
  DatabaseServer& old_database = stage_.old_database();
  // As somebody whom read_only does not stop.
  old_database.execute(old_database.vendor() == Vendor::kMySql
                           ? "SET GLOBAL super_read_only=0; "
                           : "CREATE TABLE fantasy.slipped_in (id INT PRIMARY KEY)");
  if (old_database.vendor() == Vendor::kMySql)
    old_database.execute("CREATE TABLE fantasy.slipped_in (id INT PRIMARY KEY)");
  ASSERT_TRUE(eventually([&] { return site().cutoverctl({"status"}).exit_code == 4; }))
      << site().cutoverctl({"status"}).output;
  EXPECT_EQ(stage_.ask(), "new") << "the side that cannot lose writes goes on";
  EXPECT_TRUE(eventually([&] { return old_database.read_only(); }));
  EXPECT_EQ(site().cutoverctl({"rollback"}).exit_code, 1);

  EXPECT_EQ(site().cutoverctl({"resolve", "shop", "new"}).exit_code, 0);
  EXPECT_EQ(site().cutoverctl({"status"}).exit_code, 0);
  stage_.expect_serves("new");
  EXPECT_THAT(site().cutoverctl({"--json", "events"}).output, HasSubstr("at_old"));
}

TEST_F(Kept, ANewDatabaseThatRestartsReadOnlyIsWritableAgain) {
  stage_.expect_switch();
  comes_back(stage_.new_database(), true);
  if (stage_.new_database().vendor() == Vendor::kMariaDb)
    stage_.new_database().execute("SET GLOBAL read_only=1");
  EXPECT_TRUE(eventually([&] { return !stage_.new_database().read_only(); }));
  stage_.expect_serves("new");
}

TEST_F(Kept, AReplicaThatRestartsWritableBeforeTheSwitchIsReadOnlyAgain) {
  EXPECT_EQ(site().await_gate(), "");
  comes_back(stage_.new_database(), false);
  stage_.new_database().execute("SET GLOBAL read_only=0");
  EXPECT_TRUE(eventually([&] { return stage_.new_database().read_only(); }));
  expect_ring();
  stage_.expect_switch();
}

}  // namespace
}  // namespace cutover::test
