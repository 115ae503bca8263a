// SPDX-License-Identifier: Apache-2.0
// Replicas that pass errors over, servers that forget in a crash, commits that nobody acknowledges.
#include "tests/database/checks/preflight_checks.h"
#include "tests/harness/eventually.h"

namespace cutover {
namespace {

constexpr auto kBlock = CheckVerdict::kBlock;
constexpr auto kWarn = CheckVerdict::kWarn;
constexpr auto kPass = CheckVerdict::kPass;

bool mariadb() { return harness::vendor_of_this_run() == harness::Vendor::kMariaDb; }
std::string slave(const std::string& name) { return (mariadb() ? "slave_" : "replica_") + name; }
std::vector<std::string> set_global(const std::string& assignment) {
  return {"SET GLOBAL " + assignment};
}

void expect_seen(const std::vector<Check>& checks, const std::string& row,
                 const std::string& word) {
  const std::string said = words(named(checks, row));
  EXPECT_NE(said.find(word), std::string::npos) << word << " is not in: " << said;
}

TEST(Durability, AReplicaThatPassesErrorsOverIsSeen) {
  Pair pair;
  const std::string mode = slave("exec_mode");
  const std::string conversions = slave("type_conversions");
  expect_each(pair,
              {{"skips-errors", kBlock, Side::kNew, set_global(mode + "='IDEMPOTENT'"),
                set_global(mode + "='STRICT'")},
               {"skips-errors", kWarn, Side::kOld, set_global(mode + "='IDEMPOTENT'"),
                set_global(mode + "='STRICT'")},
               {"skips-errors", kBlock, Side::kNew, set_global(conversions + "='ALL_LOSSY'"),
                set_global(conversions + "=''")},
               // Wider columns on the new one lose nothing.
               {"skips-errors", kPass, Side::kNew, set_global(conversions + "='ALL_NON_LOSSY'"),
                set_global(conversions + "=''")},
               {"skips-errors", kBlock, Side::kNew, set_global("slave_run_triggers_for_rbr='YES'"),
                set_global("slave_run_triggers_for_rbr='NO'"), kMariaDbOnly}});
}

TEST(Durability, AReplicaThatWasStartedToSkipErrorsIsSeen) {
  Pair pair({.new_settings = {slave("skip_errors") + "=1032,1062"}});
  const auto checks = look(pair);
  expect(checks, "skips-errors", kBlock);
  expect_seen(checks, "skips-errors", slave("skip_errors") + "=1032,1062");
  expect_seen(checks, "skips-errors", "needs a restart");
}

TEST(Durability, WhatACrashWouldTakeIsSeenOnEither) {
  Pair pair;
  expect_each(
      pair,
      {{"durability", kWarn, Side::kOld, set_global("sync_binlog=0"), set_global("sync_binlog=1")},
       {"durability", kWarn, Side::kNew, set_global("sync_binlog=100"),
        set_global("sync_binlog=1")},
       {"durability", kWarn, Side::kOld, set_global("innodb_flush_log_at_trx_commit=2"),
        set_global("innodb_flush_log_at_trx_commit=1")},
       {"durability", kPass, Side::kOld, set_global("innodb_flush_log_at_trx_commit=3"),
        set_global("innodb_flush_log_at_trx_commit=1"), kMariaDbOnly}});
  pair.old_server.execute("SET GLOBAL sync_binlog=0");
  expect_seen(look(pair), "durability", "SET GLOBAL sync_binlog=1 on the old database");
}

TEST(Durability, CommitsThatNobodyAcknowledgesAreSeen) {
  const auto plugin = [](const std::string& line) {
    return mariadb() ? std::vector<std::string>{} : std::vector<std::string>{line};
  };
  Pair pair({.old_settings = plugin("plugin_load_add=semisync_replica.so"),
             .new_settings = plugin("plugin_load_add=semisync_source.so")});
  const std::string source = mariadb() ? "rpl_semi_sync_master" : "rpl_semi_sync_source";
  const std::string replica = mariadb() ? "rpl_semi_sync_slave" : "rpl_semi_sync_replica";
  expect(look(pair), "semi-sync", kPass);
  pair.new_server.execute("SET GLOBAL " + source + "_timeout=200");
  pair.new_server.execute("SET GLOBAL " + source + "_enabled=ON");
  expect(look(pair), "semi-sync", kBlock);
  expect_seen(look(pair), "semi-sync", "waits for 200 ms");
  pair.old_server.execute("SET GLOBAL " + replica + "_enabled=ON");
  expect(look(pair), "semi-sync", kPass);
  pair.old_server.execute("SET GLOBAL " + replica + "_enabled=OFF");
  pair.write(Side::kOld, 1);  // which the new one logs, and waits for in vain
  EXPECT_TRUE(harness::eventually([&] { return named(look(pair), "semi-sync").verdict == kWarn; }));
}

TEST(OlderSessions, OfAnotherBinlogFormatAreSeen) {
  if (mariadb()) GTEST_SKIP() << "it shows no other session's";
  Pair pair;
  auto session = pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema);
  expect(look(pair), "older-sessions", kPass);
  pair.old_server.execute("GRANT SESSION_VARIABLES_ADMIN ON *.* TO " +
                          std::string(harness::kAppUser) + "@'%'");
  auto older = pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema);
  older.execute("SET SESSION binlog_format='STATEMENT'");
  const auto checks = look(pair);
  expect(checks, "older-sessions", kBlock);
  expect_seen(checks, "older-sessions", "1 sessions on the old database write STATEMENT");
  older.execute("SET SESSION binlog_format='ROW'");
  expect(look(pair), "older-sessions", kPass);
}

TEST(OlderSessions, ThatMayHaveAnotherBinlogFormatAreSeen) {
  if (!mariadb()) GTEST_SKIP() << "it shows each session's";
  Pair pair;
  {
    auto site = pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema);
    expect(look(pair), "older-sessions", kPass);  // ROW since the start
    pair.old_server.execute("SET GLOBAL binlog_format=MIXED");
    auto older = pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema);
    pair.old_server.execute("SET GLOBAL binlog_format=ROW");
    const auto checks = look(pair);
    expect(checks, "older-sessions", kWarn);
    expect_seen(checks, "older-sessions", "2 sessions may be older");
  }
  EXPECT_TRUE(
      harness::eventually([&] { return named(look(pair), "older-sessions").verdict == kPass; }));
  // One that began after ours, which saw ROW already.
  const auto coordinator = pair.coordinator();
  coordinator->preflight(Direction::kSwitch, "");
  auto newer = pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema);
  expect(coordinator->preflight(Direction::kSwitch, ""), "older-sessions", kPass);
}

}  // namespace
}  // namespace cutover
