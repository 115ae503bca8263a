// SPDX-License-Identifier: Apache-2.0
// What idle sessions hold on the arriving server, and what the leaving one has not written yet.
#include "tests/database/checks/preflight_checks.h"
#include "tests/harness/eventually.h"

namespace cutover {
namespace {

constexpr auto kBlock = CheckVerdict::kBlock;
constexpr auto kWarn = CheckVerdict::kWarn;
constexpr auto kPass = CheckVerdict::kPass;

bool mariadb() { return harness::vendor_of_this_run() == harness::Vendor::kMariaDb; }

TEST(Locks, OfIdleSessionsOnTheArrivingServerAreSeen) {
  Pair pair;
  const std::vector<std::string> unlock{"UNLOCK TABLES"};
  expect_each(pair,
              {{"locks-arriving", kBlock, Side::kNew, {"FLUSH TABLES WITH READ LOCK"}, unlock},
               {"locks-arriving", kBlock, Side::kNew, {"LOCK TABLES fantasy.rows_ READ"}, unlock},
               {"locks-arriving",
                kBlock,
                Side::kNew,
                {"LOCK TABLES fantasy.rows_ WRITE"},
                unlock,
                kMariaDbOnly},
               {"locks-arriving",
                kBlock,
                Side::kNew,
                {"FLUSH TABLES fantasy.rows_ WITH READ LOCK"},
                unlock},
               {"locks-arriving",
                kBlock,
                Side::kNew,
                {"BACKUP STAGE START", "BACKUP STAGE BLOCK_DDL"},
                {"BACKUP STAGE END"},
                kMariaDbOnly},
               {"locks-arriving",
                kBlock,
                Side::kNew,
                {"BACKUP STAGE START", "BACKUP STAGE BLOCK_COMMIT"},
                {"BACKUP STAGE END"},
                kMariaDbOnly},
               {"locks-arriving",
                kBlock,
                Side::kNew,
                {"LOCK INSTANCE FOR BACKUP"},
                {"UNLOCK INSTANCE"},
                kMySqlOnly},
               // One that reads is in nobody's way.
               {"locks-arriving",
                kPass,
                Side::kNew,
                {"BEGIN", "SELECT * FROM fantasy.rows_", "DO SLEEP(2.2)"},
                {"ROLLBACK"}}});
}

TEST(Locks, OfAnIdleTransactionOnTheArrivingServerAreSeen) {
  Pair pair;
  pair.write(Side::kOld, 1);
  ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
  auto session = pair.new_server.connect();
  session.execute(pair.new_server.words().make_writable);
  session.execute("BEGIN");
  session.execute("SELECT * FROM fantasy.rows_ WHERE id = 1 FOR UPDATE");
  pair.new_server.execute(pair.new_server.words().make_read_only);
  session.execute("DO SLEEP(2.2)");
  expect(look(pair), "locks-arriving", kBlock);
  session.execute("ROLLBACK");
  expect_healthy(look(pair));
}

TEST(Locks, LeaveNothingBehindWhereTheyAreLookedFor) {
  Pair pair;
  const std::string before = pair.new_server.position();
  expect(look(pair), "locks-arriving", kPass);
  EXPECT_EQ(pair.new_server.position(), before);
  EXPECT_EQ(pair.new_server.number("SELECT COUNT(*) FROM information_schema.schemata "
                                   "WHERE SCHEMA_NAME = 'mod_cutover'"),
            0);
}

TEST(Locks, ThatCannotBeSeenAreNotPassed) {
  if (mariadb()) GTEST_SKIP() << "they are tried for";
  Pair pair({.new_settings = {"performance_schema=OFF"}});
  expect(look(pair), "locks-arriving", kWarn);
}

TEST(DelayedInserts, ThatAreAcknowledgedAndNotWrittenAreSeen) {
  if (!mariadb()) GTEST_SKIP() << "MySQL has none";
  Pair pair;
  pair.old_server.execute("CREATE TABLE fantasy.hits (id INT PRIMARY KEY) ENGINE=MyISAM");
  expect(look(pair), "delayed-inserts", kPass);
  auto backup = pair.old_server.connect();
  backup.execute("LOCK TABLES fantasy.hits READ");
  auto site = pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema);
  site.execute("INSERT DELAYED INTO hits VALUES (1)");
  expect(look(pair), "delayed-inserts", kBlock);
  backup.execute("UNLOCK TABLES");
  ASSERT_TRUE(harness::eventually(
      [&] { return pair.old_server.number("SELECT COUNT(*) FROM fantasy.hits") == 1; }));
  expect(look(pair), "delayed-inserts", kWarn);
  pair.old_server.execute("SET GLOBAL max_delayed_threads=0");
  pair.old_server.execute("FLUSH TABLES");  // which ends the threads that write them
  EXPECT_TRUE(
      harness::eventually([&] { return named(look(pair), "delayed-inserts").verdict == kPass; }));
}

}  // namespace
}  // namespace cutover
