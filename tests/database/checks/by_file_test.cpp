// SPDX-License-Identifier: Apache-2.0
// The preflight of two servers that replicate by file and position.
#include <gmock/gmock.h>

#include "shared/protocol/file_position.h"
#include "tests/database/checks/preflight_checks.h"

namespace cutover {
namespace {

using testing::HasSubstr;

constexpr auto kPass = CheckVerdict::kPass;
constexpr auto kWarn = CheckVerdict::kWarn;
constexpr auto kBlock = CheckVerdict::kBlock;

Position both(Pair& pair) {
  return completed(*pair.databases->position(Side::kOld),
                   own_place(*pair.databases->position(Side::kNew)));
}

std::vector<Check> known(Pair& pair, const Position& since) {
  return pair.coordinator()->preflight(Direction::kSwitch, since);
}

TEST(PreflightByFile, SaysInOneRowWhatIsWeakerAndBlocksNothing) {
  Pair pair({.ring = false, .by_file = true});
  pair.write(Side::kOld, 1);
  const auto checks = look(pair);
  expect(checks, "gtid", kWarn);
  EXPECT_THAT(named(checks, "gtid").seen, HasSubstr("by file and position nothing tells"));
  EXPECT_THAT(named(checks, "gtid").remedy, HasSubstr("From file and position to GTIDs"));
  for (const Check& check : checks) EXPECT_NE(check.verdict, kBlock) << words(check);
  for (const char* row : {"errant-transactions", "left-over-positions", "log-replica-updates",
                          "lag", "catch-up", "way-back", "version"})
    expect(checks, row, kPass);
}

TEST(PreflightByFile, FindsWhatNewHasWrittenSinceItWasKnown) {
  Pair pair({.ring = false, .by_file = true});
  const Position since = both(pair);
  expect(known(pair, since), "errant-transactions", kPass);
  auto& server = pair.new_server;
  server.execute(server.words().make_writable);
  server.execute("CREATE USER 'unused'@'192.0.2.7'");
  expect(known(pair, since), "errant-transactions", kWarn);
  server.execute("INSERT INTO fantasy.rows_ VALUES (9, 'own')");
  server.execute(server.words().make_read_only);
  const auto checks = known(pair, since);
  expect(checks, "errant-transactions", kBlock);
  EXPECT_THAT(named(checks, "errant-transactions").seen, HasSubstr("fantasy.rows_"));
}

TEST(PreflightByFile, BothMustGoByTheSame) {
  Pair pair({.ring = false, .by_file = true});
  auto& server = pair.new_server;
  if (server.vendor() == harness::Vendor::kMySql) {
    server.execute("SET GLOBAL gtid_mode=OFF_PERMISSIVE");
    expect(look(pair), "gtid", kBlock);
    pair.old_server.execute("SET GLOBAL gtid_mode=OFF_PERMISSIVE");
    expect(look(pair), "gtid", kWarn);
  } else {
    harness::replicate(pair.new_server, pair.old_server, 0, false);
    expect(look(pair), "gtid", kBlock);
  }
}

// As the guide has it: nobody waits, nothing is built anew.
TEST(PreflightByFile, BecomesGtidsWhileBothRun) {
  Pair pair({.ring = false, .by_file = true});
  pair.write(Side::kOld, 1);
  pair.expect_equal();
  const Position since = both(pair);
  if (pair.new_server.vendor() == harness::Vendor::kMySql) {
    for (const char* step : {"OFF_PERMISSIVE", "ON_PERMISSIVE", "ON"})
      for (auto* server : {&pair.old_server, &pair.new_server})
        server->execute(std::string("SET GLOBAL gtid_mode=") + step);
    pair.new_server.execute("STOP REPLICA");
    pair.new_server.execute("CHANGE REPLICATION SOURCE TO SOURCE_AUTO_POSITION=1");
  } else {
    pair.new_server.execute("STOP SLAVE");
    pair.new_server.execute("CHANGE MASTER TO MASTER_USE_GTID=slave_pos");
  }
  pair.new_server.execute(pair.new_server.words().start_replica);
  pair.write(Side::kOld, 2);
  pair.expect_equal();
  const auto checks = known(pair, since);
  expect(checks, "gtid", kPass);
  expect(checks, "errant-transactions", kPass);
  flip(*pair.coordinator(), Direction::kSwitch);
  pair.write(Side::kNew, 3);
  pair.expect_equal();
}

}  // namespace
}  // namespace cutover
