// SPDX-License-Identifier: Apache-2.0
// The harness's database servers: real, quick to start, and replicating both ways.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/harness/database_server.h"
#include "tests/harness/eventually.h"
#include "tests/harness/gtest_problems.h"
#include "tests/harness/replication.h"

namespace cutover::harness {
namespace {

constexpr const char* kInsert = "INSERT INTO fantasy.t VALUES (1)";

TEST(Database, ARingCarriesWritesBothWaysAndTheReplicaRefusesTheApplication) {
  DatabaseServer source;
  DatabaseServer replica;
  source.create_accounts();
  source.execute("CREATE TABLE fantasy.t (i INT PRIMARY KEY)");
  set_up_replica(source, replica);
  EXPECT_TRUE(replica.read_only());
  EXPECT_FALSE(source.read_only());

  source.connect_as(kAppUser).execute(kInsert);
  ASSERT_TRUE(caught_up(source, replica));
  EXPECT_EQ(replica.number("SELECT COUNT(*) FROM fantasy.t"), 1);

  try {
    replica.connect_as(kAppUser).execute("INSERT INTO fantasy.t VALUES (2)");
    FAIL() << "the replica took a write";
  } catch (const SqlError& error) {
    EXPECT_EQ(error.code(), 1290U);
  }

  EXPECT_TRUE(receives_only(source));
  source.execute(source.words().make_read_only);
  source.execute(source.words().start_replica);
  replica.execute(replica.words().make_writable);
  replica.connect_as(kAppUser).execute("INSERT INTO fantasy.t VALUES (2)");
  EXPECT_TRUE(eventually([&] { return source.number("SELECT COUNT(*) FROM fantasy.t") == 2; }));
  EXPECT_TRUE(replication_runs(source));
  EXPECT_TRUE(replication_runs(replica));
}

TEST(Database, ARestartForgetsTheFenceAndAKillLosesNothingCommitted) {
  DatabaseServer server;
  server.create_accounts();
  server.execute("CREATE TABLE fantasy.t (i INT PRIMARY KEY)");
  server.execute(server.words().make_read_only);
  server.restart();
  EXPECT_FALSE(server.read_only());
  server.connect_as(kAppUser).execute(kInsert);
  server.kill();
  server.start();
  EXPECT_EQ(server.number("SELECT COUNT(*) FROM fantasy.t"), 1);
}

TEST(Database, TheCoordinatorsAccountCanFenceAndItsOptionFileIsPrivate) {
  DatabaseServer server;
  server.create_accounts();
  SqlConnection coordinator = server.connect_as(kCutoverUser);
  coordinator.execute(server.words().make_read_only);
  EXPECT_TRUE(server.read_only());
  server.write_option_file(server.directory() / "old.cnf");
  struct stat info {};
  ASSERT_EQ(stat((server.directory() / "old.cnf").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
}

}  // namespace
}  // namespace cutover::harness
