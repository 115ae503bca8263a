// SPDX-License-Identifier: Apache-2.0
// What a server writes by itself, read in its binary log: with rows, or without.
#include <gmock/gmock.h>

#include "tests/database/pair.h"
#include "tests/harness/eventually.h"

namespace cutover {
namespace {

using harness::Vendor;
using testing::Contains;
using testing::HasSubstr;

class OwnWritesOf : public testing::Test {
 protected:
  bool mariadb() { return pair_.new_server.vendor() == Vendor::kMariaDb; }
  void by_root(const std::string& sql) { pair_.new_server.execute(sql); }
  // What the new server wrote beyond what old has, once that can be told.
  OwnWrites own(const Position& position) {
    Reading<OwnWrites> found;
    EXPECT_TRUE(harness::eventually([&] {
      found = pair_.databases->own_writes(Side::kNew, position);
      return found.value.has_value();
    })) << found.error;
    return found ? *found : OwnWrites{true, found.error};
  }
  Position position() { return *pair_.databases->position(Side::kOld); }
  // As root, whom MariaDB's read_only does not stop; MySQL's super_read_only does.
  void open() {
    if (!mariadb()) by_root("SET GLOBAL super_read_only=0, read_only=0");
  }

  Pair pair_{{.ring = false}};
};

TEST_F(OwnWritesOf, MaintenanceAndAccountsHoldNoRows) {
  const Position before = position();
  open();
  for (const char* sql :
       {"ANALYZE TABLE fantasy.rows_", "OPTIMIZE TABLE fantasy.rows_", "FLUSH PRIVILEGES",
        "FLUSH TABLES", "FLUSH LOGS", "CREATE USER mon@localhost IDENTIFIED BY 'secret-1'",
        "GRANT SELECT ON fantasy.* TO mon@localhost", "DROP USER mon@localhost"}) {
    by_root(sql);
    const OwnWrites found = own(before);
    EXPECT_FALSE(found.rows) << sql << ": " << found.counts;
    for (const std::string& named : found.harmless)
      EXPECT_EQ(named.find("secret"), std::string::npos);
  }
  const OwnWrites found = own(before);
  EXPECT_THAT(found.harmless, Contains(HasSubstr("ANALYZE TABLE fantasy")));
  EXPECT_TRUE(own(found.settled).harmless.empty()) << "a baseline that has them: " << found.settled;
  EXPECT_FALSE(own(found.settled).rows);
}

TEST_F(OwnWritesOf, ARowOrATableCounts) {
  const Position before = position();
  open();
  by_root("ANALYZE TABLE fantasy.rows_");
  EXPECT_FALSE(own(before).rows);
  by_root("INSERT INTO fantasy.rows_ VALUES (50, 'err')");
  OwnWrites found = own(before);
  EXPECT_TRUE(found.rows);
  EXPECT_THAT(found.counts, HasSubstr("rows of fantasy.rows_"));
  EXPECT_TRUE(found.settled.empty());
  const Position after = *pair_.databases->position(Side::kNew);
  by_root("CREATE TABLE fantasy.more (id INT PRIMARY KEY)");
  found = own(after);
  EXPECT_TRUE(found.rows);
  EXPECT_THAT(found.counts, HasSubstr("CREATE TABLE"));
}

TEST_F(OwnWritesOf, StatementsAreReadWhereTheyAreLogged) {
  const Position before = position();
  open();
  auto session = pair_.new_server.connect();
  session.execute("SET SESSION binlog_format=MIXED");
  session.execute("USE fantasy");
  session.execute("CREATE TEMPORARY TABLE t (a INT)");
  session.execute("INSERT INTO t VALUES (1)");
  session.execute("CREATE TEMPORARY TABLE t3 AS SELECT * FROM rows_");
  session.execute("TRUNCATE t3");
  session.execute("DROP TEMPORARY TABLE t");
  session.execute("DROP TEMPORARY TABLE t3");
  EXPECT_FALSE(own(before).rows) << own(before).counts;
  session.execute("SET SESSION binlog_format=STATEMENT");
  session.execute("INSERT INTO rows_ VALUES (51, 'err')");
  const OwnWrites found = own(before);
  EXPECT_TRUE(found.rows);
  EXPECT_THAT(found.counts, HasSubstr("INSERT INTO rows_"));
  EXPECT_EQ(found.counts.find("51,"), std::string::npos) << "values are not shown";
}

TEST_F(OwnWritesOf, ATableInMemoryThatARestartEmptiedHoldsNoRows) {
  pair_.old_server.execute("CREATE TABLE fantasy.m (a INT) ENGINE=MEMORY");
  pair_.old_server.execute("INSERT INTO fantasy.m VALUES (1)");
  const Position before = position();
  EXPECT_DONE(pair_.databases->wait_applied(Side::kNew, before, ms(5000)));
  pair_.new_server.restart();
  EXPECT_TRUE(harness::eventually(
      [&] { return pair_.new_server.value("SELECT COUNT(*) FROM fantasy.m") == "0"; }));
  EXPECT_TRUE(harness::eventually([&] {
    const auto found = pair_.databases->own_writes(Side::kNew, before);
    return found && !found->harmless.empty();
  })) << "the engine logs that it emptied it";
  const OwnWrites found = own(before);
  EXPECT_FALSE(found.rows) << found.counts;
}

TEST_F(OwnWritesOf, WhereTheLogIsGoneAllCount) {
  const Position before = position();
  open();
  by_root("ANALYZE TABLE fantasy.rows_");
  by_root("FLUSH BINARY LOGS");
  // What a crash would need is kept for a moment longer.
  EXPECT_TRUE(harness::eventually([&] {
    by_root("PURGE BINARY LOGS BEFORE '2037-01-01'");
    return pair_.new_server.connect().execute("SHOW BINARY LOGS").size() == 1;
  }));
  const OwnWrites found = own(before);
  EXPECT_TRUE(found.rows);
  EXPECT_THAT(found.counts, HasSubstr("not there any more"));
  EXPECT_TRUE(found.settled.empty());
}

TEST_F(OwnWritesOf, ALongLogIsReadInSlices) {
  const Position before = position();
  open();
  const auto analyze = [&](const std::string& table) {
    auto session = pair_.new_server.connect();
    // In the domain of what is replicated it would stop the replication.
    if (mariadb()) session.execute("SET SESSION gtid_domain_id=7");
    session.execute("ANALYZE TABLE fantasy." + table);
  };
  analyze("rows_");
  {
    auto session = pair_.old_server.connect();
    session.execute("SET SESSION binlog_format=ROW");
    session.execute("CREATE TABLE fantasy.many (id INT PRIMARY KEY AUTO_INCREMENT)");
    session.execute("INSERT INTO fantasy.many VALUES (1)");
    for (int i = 0; i < 300; ++i) session.execute("INSERT INTO fantasy.many VALUES ()");
  }
  EXPECT_DONE(pair_.databases->wait_applied(Side::kNew, position(), ms(5000)));
  analyze("many");
  const OwnWrites found = own(before);
  EXPECT_FALSE(found.rows) << found.counts;
  EXPECT_EQ(found.harmless.size(), 2U);
}

TEST_F(OwnWritesOf, ThePreflightNamesThoseWithoutRowsAndBlocksForTheOthers) {
  const auto errant = [&](const Position& baseline) {
    Check found;
    for (Check& check : pair_.databases->preflight(Direction::kSwitch, baseline))
      if (check.name == "errant-transactions") found = check;
    return found;
  };
  open();
  EXPECT_EQ(errant("").verdict, CheckVerdict::kPass) << errant("").seen;
  by_root("ANALYZE TABLE fantasy.rows_");
  const Check named = errant("");
  EXPECT_EQ(named.verdict, CheckVerdict::kWarn) << named.seen;
  EXPECT_THAT(named.seen, HasSubstr("ANALYZE TABLE fantasy"));
  EXPECT_THAT(named.remedy, HasSubstr("NO_WRITE_TO_BINLOG"));
  by_root("INSERT INTO fantasy.rows_ VALUES (50, 'err')");
  EXPECT_EQ(errant("").verdict, CheckVerdict::kBlock);
  // A person has decided, and the position of that moment is the baseline since.
  EXPECT_EQ(errant(*pair_.databases->position(Side::kNew)).verdict, CheckVerdict::kPass);
}

}  // namespace
}  // namespace cutover
