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
  // As its configuration has it: MariaDB's is written, MySQL persists what a switch kept.
  void comes_back(DatabaseServer& server, bool read_only) {
    const std::string value = std::to_string(read_only ? 1 : 0);
    if (server.vendor() == Vendor::kMySql) {
      server.execute("SET PERSIST_ONLY super_read_only=" + value);
      server.execute("SET PERSIST_ONLY read_only=" + value);
      server.restart();
    } else {
      server.restart({"read_only=" + value});
    }
  }
  std::string status() { return site().cutoverctl({"status"}).output; }
  // The one that did not restart notices that its link broke, and connects again; the other one's,
  // which no restart starts, is what it was.
  void expect_half_armed(DatabaseServer& serving, DatabaseServer& follower) {
    EXPECT_TRUE(eventually([&] { return harness::replication_runs(follower); })) << status();
    EXPECT_TRUE(eventually([&] { return harness::receives_only(serving); })) << status();
    EXPECT_EQ(site().await_gate(), "");
  }

  Stage stage_;
};

TEST_F(Kept, AnOldDatabaseThatRestartsWritableIsFencedAgainAndTheWayBackStaysOpen) {
  stage_.expect_switch();
  comes_back(stage_.old_database(), false);
  EXPECT_TRUE(eventually([&] { return stage_.old_database().read_only(); }));
  expect_half_armed(stage_.new_database(), stage_.old_database());
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
  EXPECT_TRUE(eventually([&] { return !stage_.new_database().read_only(); })) << status();
  stage_.expect_serves("new");
  expect_half_armed(stage_.new_database(), stage_.old_database());
}

TEST_F(Kept, WhatAnOperatorSetsByHandIsSaidAndStays) {
  stage_.expect_switch();
  EXPECT_EQ(site().await_gate(), "");
  const std::string variable =
      stage_.new_database().vendor() == Vendor::kMySql ? "super_read_only" : "read_only";
  stage_.new_database().execute("SET GLOBAL " + variable + "=1");
  ASSERT_TRUE(eventually([&] { return site().cutoverctl({"status"}).exit_code == 4; })) << status();
  EXPECT_THAT(status(), HasSubstr("it is not touched"));
  std::this_thread::sleep_for(std::chrono::seconds(1));
  EXPECT_TRUE(stage_.new_database().read_only()) << "maintenance is not undone";
  EXPECT_EQ(site().status().value("side", ""), "new");
  stage_.new_database().execute("SET GLOBAL read_only=0");
  EXPECT_EQ(site().await_gate(), "");
  EXPECT_EQ(site().cutoverctl({"status"}).exit_code, 0);
}

// A promotion by other means, with the writes of its visitors.
TEST_F(Kept, ASwitchByOtherMeansIsNotTakenBack) {
  EXPECT_EQ(site().await_gate(), "");
  DatabaseServer& old_database = stage_.old_database();
  const bool mysql = old_database.vendor() == Vendor::kMySql;
  old_database.execute(mysql ? "SET GLOBAL super_read_only=1" : "SET GLOBAL read_only=1");
  stage_.new_database().execute("SET GLOBAL read_only=0");
  stage_.new_database().execute("CREATE TABLE fantasy.by_other_means (id INT PRIMARY KEY)");
  ASSERT_TRUE(eventually([&] { return site().cutoverctl({"status"}).exit_code == 4; })) << status();
  std::this_thread::sleep_for(std::chrono::seconds(1));
  EXPECT_TRUE(old_database.read_only()) << status();
  EXPECT_FALSE(stage_.new_database().read_only()) << "the writer, with writes, was fenced";
  EXPECT_EQ(site().cutoverctl({"resolve", "shop", "new"}).exit_code, 0) << status();
  stage_.expect_serves("new");
}

TEST_F(Kept, AReplicaThatRestartsWritableBeforeTheSwitchIsReadOnlyAgain) {
  EXPECT_EQ(site().await_gate(), "");
  comes_back(stage_.new_database(), false);
  EXPECT_TRUE(eventually([&] { return stage_.new_database().read_only(); }));
  expect_half_armed(stage_.old_database(), stage_.new_database());
  stage_.expect_switch();
}

}  // namespace
}  // namespace cutover::test
