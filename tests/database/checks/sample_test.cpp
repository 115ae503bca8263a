// SPDX-License-Identifier: Apache-2.0
// Rows that differ though replication runs and is not behind.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "tests/database/checks/preflight_checks.h"
#include "tests/harness/eventually.h"

namespace cutover {
namespace {

using testing::HasSubstr;
constexpr auto kBlock = CheckVerdict::kBlock;
constexpr auto kPass = CheckVerdict::kPass;

// Types whose text hangs on a session, a version or a character set.
constexpr const char* kOfAllTypes =
    "CREATE TABLE fantasy.types (id BIGINT UNSIGNED NOT NULL, part VARCHAR(20) CHARACTER SET "
    "latin1 NOT NULL, d DECIMAL(20,5), f FLOAT, g DOUBLE, b BIT(9), t TIMESTAMP(3) NULL, dt "
    "DATETIME(6), y YEAR, e ENUM('a','ü') CHARACTER SET latin1, s SET('x','y'), c CHAR(9) "
    "CHARACTER SET ascii, u TEXT, m LONGBLOB, j JSON, p POINT, v VARBINARY(30), `odd ``name` INT, "
    "twice BIGINT GENERATED ALWAYS AS (id * 2) VIRTUAL, PRIMARY KEY (part, id))";

struct Rows : testing::Test {
  Rows() {
    pair.old_server.execute(kOfAllTypes);
    auto site = pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema);
    for (int i = 1; i <= 300; ++i)
      site.execute("INSERT INTO rows_ VALUES (" + std::to_string(i) + ", 'old')");
    for (int i = 1; i <= 30; ++i)
      site.execute(
          "INSERT INTO types (id, part, d, f, g, b, t, dt, y, e, s, c, u, m, j, p, v, "
          "`odd ``name`) VALUES (" +
          std::to_string(i) +
          ", 'Jos\xC3\xA9', 1.5, 1/3, 1e300/7, "
          "b'101', NOW(3), NOW(6), 2026, '\xC3\xBC', 'x,y', 'abc ', REPEAT('\xE2\x82\xAC', 500), "
          "RANDOM_BYTES(1000), '{\"a\": [1, 2.50]}', POINT(1, 2), 0x00ff, NULL)");
    EXPECT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
  }
  // By root on the replica, in no binary log, whatever read_only says.
  void on_new(const std::string& sql) {
    auto root = pair.new_server.connect();
    root.execute(pair.new_server.words().make_writable);
    root.execute("SET SESSION sql_log_bin=0");
    root.execute(sql);
    root.execute(pair.new_server.words().make_read_only);
  }
  Check rows() { return named(look(pair), "rows"); }

  Pair pair;
};

TEST_F(Rows, OfEveryTypeAreTheSameWhateverTheServersTimeZone) {
  EXPECT_EQ(rows().verdict, kPass) << words(rows());
  EXPECT_THAT(rows().seen, HasSubstr("2 tables, 90 rows, are the same on both"));
  pair.new_server.execute("SET GLOBAL time_zone='+05:30'");
  EXPECT_EQ(rows().verdict, kPass) << words(rows());
}

TEST_F(Rows, ThatAreMissingOnTheReplicaBlockByName) {
  on_new("DELETE FROM fantasy.rows_ WHERE id IN (299, 300)");
  EXPECT_EQ(rows().verdict, kBlock);
  EXPECT_THAT(rows().seen, HasSubstr("2 of 90 rows"));
  EXPECT_THAT(rows().seen, HasSubstr("fantasy.rows_ (299, 300)"));
}

TEST_F(Rows, ThatDifferInOneByteBlock) {
  EXPECT_EQ(rows().verdict, kPass);
  for (const char* change :
       {"u = CONCAT(u, ' ')", "m = CONCAT(CHAR(ASCII(m) + 1), SUBSTRING(m, 2))", "v = NULL",
        "t = t + INTERVAL 1 SECOND", "e = 'a'", "d = d + 0.00001"}) {
    SCOPED_TRACE(change);
    on_new("UPDATE fantasy.types SET " + std::string(change) + " WHERE id = 7");
    const Check found = rows();
    EXPECT_EQ(found.verdict, kBlock);
    EXPECT_THAT(found.seen, HasSubstr("1 of 90 rows"));
    EXPECT_THAT(found.seen, HasSubstr("fantasy.types")) << "its key has a name in it";
    EXPECT_EQ(found.seen.find("Jos"), std::string::npos);
    on_new("REPLACE INTO fantasy.types (id, part) SELECT id, part FROM fantasy.types WHERE id = 7");
    pair.old_server.execute(
        "REPLACE INTO fantasy.types (id, part, u, m, v, t, e, d) SELECT 7, part, "
        "u, m, v, t, e, d FROM fantasy.types WHERE id = 8");
    ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
  }
}

// Visitors change the newest rows all the time.
TEST_F(Rows, ThatAreInMotionCryNoWolf) {
  std::atomic<bool> over = false;
  std::thread visitors([&] {
    auto site = pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema);
    for (int i = 301; !over; ++i) {
      site.execute("INSERT INTO rows_ VALUES (" + std::to_string(i) + ", 'new')");
      site.execute("UPDATE rows_ SET side = " + std::to_string(i % 1000) + " WHERE id > " +
                   std::to_string(i - 5));
      site.execute("DELETE FROM rows_ WHERE id = " + std::to_string(i - 20));
    }
  });
  int compared = 0;
  for (int i = 0; i < 10 || (compared < 3 && i < 30); ++i) {
    const Check found = rows();
    EXPECT_NE(found.verdict, kBlock) << words(found);
    compared += found.verdict == kPass;
  }
  over = true;
  visitors.join();
  EXPECT_GE(compared, 3) << "on a slow disk the replica is not always where it must be in time";
}

// Commits that take long behind their binary log: the replica has a row before its source shows it.
TEST_F(Rows, ThatTheReplicaHasBeforeItsSourceShowsThemAreNoDifference) {
  std::string late = "SET GLOBAL rpl_semi_sync_master_";
  if (harness::vendor_of_this_run() == harness::Vendor::kMySql) {
    pair.old_server.execute("INSTALL PLUGIN rpl_semi_sync_source SONAME 'semisync_source.so'");
    late = "SET GLOBAL rpl_semi_sync_source_";
  }
  pair.old_server.execute(late + "wait_point = AFTER_SYNC");
  pair.old_server.execute(late + "timeout = 100");
  std::atomic<bool> over = false;
  std::thread visitors([&] {
    auto site = pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema);
    for (int i = 0; !over; ++i) {  // it waits for an answer that no replica gives, then gives it up
      pair.old_server.execute(late + "enabled = OFF");
      pair.old_server.execute(late + "enabled = ON");
      site.execute("UPDATE rows_ SET side = " + std::to_string(i % 1000) + " WHERE id = 300");
    }
  });
  for (int i = 0; i < 6; ++i) {
    const Check found = rows();
    EXPECT_NE(found.verdict, kBlock) << words(found);
  }
  over = true;
  visitors.join();
}

TEST_F(Rows, ThatOurAccountMayNotReadAreNotPassed) {
  const std::string schema = std::string(harness::kAppSchema) + ".* ";
  pair.old_server.execute("REVOKE SELECT ON " + schema + "FROM 'cutover'@'%'");
  EXPECT_EQ(rows().verdict, CheckVerdict::kWarn);
  EXPECT_THAT(rows().remedy, HasSubstr("GRANT SELECT ON fantasy.* TO"));
}

}  // namespace
}  // namespace cutover
