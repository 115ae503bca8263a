// SPDX-License-Identifier: Apache-2.0
// Positions of an earlier life: of a replica whose source began anew, and of a source that was a
// replica once.
#include <gmock/gmock.h>

#include <thread>

#include "tests/database/checks/preflight_checks.h"
#include "tests/harness/eventually.h"

namespace cutover {
namespace {

using testing::HasSubstr;

bool mariadb() { return harness::vendor_of_this_run() == harness::Vendor::kMariaDb; }

// What gets those numbers again would be skipped.
TEST(LeftOverPositions, OnTheReplicaAreWhatOldNeverHad) {
  Pair pair;
  pair.write(Side::kOld, 1);
  ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
  harness::DatabaseServer& replica = pair.new_server;
  if (mariadb()) {
    const std::string source =
        *pair.old_server.value("SELECT CONCAT(@@gtid_domain_id, '-', @@server_id)");
    for (const std::string& sql :
         {std::string("STOP SLAVE"), "SET GLOBAL gtid_slave_pos='" + source + "-5000'",
          std::string("START SLAVE")})
      replica.execute(sql);
  } else {
    const std::string source = *pair.old_server.value("SELECT @@server_uuid");
    for (const std::string& sql :
         {std::string("STOP REPLICA"), std::string("SET GLOBAL super_read_only=0"),
          std::string("RESET BINARY LOGS AND GTIDS"),
          "SET GLOBAL gtid_purged='" + source + ":1-5000'",
          std::string("SET GLOBAL super_read_only=1"), std::string("START REPLICA")})
      replica.execute(sql);
  }
  const auto checks = look(pair);
  expect(checks, "errant-transactions", CheckVerdict::kBlock);
  EXPECT_THAT(named(checks, "errant-transactions").seen, HasSubstr("5000"));
}

TEST(LeftOverPositions, OnTheSourceAreNamedAndTheStatementThatIsSaidTakesThemAway) {
  if (!mariadb()) GTEST_SKIP() << "MySQL's are sent to the replica";
  for (const char* left : {"9-99-5000", "2-2-5000"}) {
    SCOPED_TRACE(left);
    Pair pair({.ring = false});
    pair.write(Side::kOld, 1);
    ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
    pair.old_server.execute("SET GLOBAL gtid_slave_pos='" + std::string(left) + "," +
                            *pair.old_server.value("SELECT @@gtid_binlog_pos") + "'");
    const auto checks = look(pair);
    expect(checks, "left-over-positions", CheckVerdict::kBlock);
    EXPECT_THAT(named(checks, "left-over-positions").seen, HasSubstr(left));
    const std::string& remedy = named(checks, "left-over-positions").remedy;
    pair.old_server.execute(remedy.substr(0, remedy.find(" on ")));
    expect(look(pair), "left-over-positions", CheckVerdict::kPass);
    expect(look(pair), "catch-up", CheckVerdict::kPass);
    flip(*pair.databases, Direction::kSwitch);
    pair.write(Side::kNew, 2);
    pair.expect_equal();
  }
}

// A semi-synchronous source waits for an acknowledgement when all others have the transaction.
TEST(ErrantTransactions, AreNoneThatTheSourceIsCommittingYet) {
  const std::string source = mariadb() ? "rpl_semi_sync_master" : "rpl_semi_sync_source";
  std::vector<std::string> settings;
  if (!mariadb()) settings.emplace_back("plugin_load_add=semisync_source.so");
  Pair pair({.old_settings = settings});
  for (const char* setting : {"_wait_point=AFTER_SYNC", "_timeout=1000", "_enabled=ON"})
    pair.old_server.execute("SET GLOBAL " + source + setting);
  std::thread writer([&] { pair.write(Side::kOld, 1); });
  EXPECT_TRUE(harness::eventually([&] { return pair.rows(Side::kNew) == 1; }));
  const auto checks = look(pair);
  writer.join();
  expect(checks, "errant-transactions", CheckVerdict::kPass);
}

}  // namespace
}  // namespace cutover
