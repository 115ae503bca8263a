// SPDX-License-Identifier: Apache-2.0
// What is made otherwise on the new database than on the old one: each is seen, and passes again.
#include "tests/database/checks/preflight_checks.h"

namespace cutover {
namespace {

constexpr auto kBlock = CheckVerdict::kBlock;
constexpr auto kWarn = CheckVerdict::kWarn;

using Statements = std::vector<std::string>;

class Objects : public testing::Test {
 protected:
  // On new, which is read-only, and of which nothing goes to old.
  Statements on_new(const Statements& statements) {
    Statements all{"SET sql_log_bin=0", "SET GLOBAL read_only=0"};
    all.insert(all.end(), statements.begin(), statements.end());
    all.push_back(pair.new_server.words().make_read_only);
    return all;
  }
  Case there(const char* check, CheckVerdict verdict, const Statements& spoil,
             const Statements& mend, Only only = kBoth) {
    return {check, verdict, Side::kNew, on_new(spoil), on_new(mend), only};
  }
  // Some four thousand rows, and InnoDB has counted them.
  static Statements unkeyed(const std::string& columns) {
    Statements all{"CREATE TABLE fantasy.n (" + columns + ")",
                   "INSERT INTO fantasy.n (id) VALUES (1)"};
    for (int rows = 1; rows < 4096; rows *= 2)
      all.push_back("INSERT INTO fantasy.n (id) SELECT id + " + std::to_string(rows) +
                    " FROM fantasy.n");
    all.emplace_back("ANALYZE NO_WRITE_TO_BINLOG TABLE fantasy.n");
    return all;
  }
  static Statements uncounted() {
    Statements all = unkeyed("id INT");
    for (const char* sql :
         {"SET sql_log_bin=0", "DELETE FROM mysql.innodb_table_stats WHERE table_name = 'n'",
          "SET sql_log_bin=1"})
      all.emplace_back(sql);
    return all;
  }
  // Made on old, and replicated.
  void made(const Statements& statements) {
    for (const std::string& sql : statements) pair.old_server.execute(sql);
    ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
    expect_healthy(look(pair));
  }
  void expect_seen(const char* check, const std::string& what) {
    const auto checks = look(pair);
    EXPECT_NE(named(checks, check).seen.find(what), std::string::npos)
        << words(named(checks, check));
  }

  Pair pair;
};

TEST_F(Objects, TablesAndColumns) {
  made(
      {"CREATE TABLE fantasy.c (id INT PRIMARY KEY, a INT NOT NULL DEFAULT 3, b INT AS (a + 1), "
       "t TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP)"});
  expect_each(
      pair,
      {there("schema", kBlock, {"ALTER TABLE fantasy.rows_ ADD extra INT"},
             {"ALTER TABLE fantasy.rows_ DROP extra"}),
       there("schema", kBlock, {"CREATE TABLE fantasy.more (id INT PRIMARY KEY)"},
             {"DROP TABLE fantasy.more"}),
       there("schema", kWarn, {"ALTER TABLE fantasy.rows_ MODIFY side CHAR(3) COLLATE utf8mb4_bin"},
             {"ALTER TABLE fantasy.rows_ MODIFY side CHAR(3)"}),
       there("schema", kBlock, {"ALTER TABLE fantasy.c ALTER a SET DEFAULT 4"},
             {"ALTER TABLE fantasy.c ALTER a SET DEFAULT 3"}),
       there("schema", kBlock, {"ALTER TABLE fantasy.c ALTER a DROP DEFAULT"},
             {"ALTER TABLE fantasy.c ALTER a SET DEFAULT 3"}),
       there("schema", kBlock, {"ALTER TABLE fantasy.c DROP b, ADD b INT AS (a + 2) AFTER a"},
             {"ALTER TABLE fantasy.c DROP b, ADD b INT AS (a + 1) AFTER a"}),
       there("schema", kBlock,
             {"ALTER TABLE fantasy.c MODIFY t TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP"},
             {"ALTER TABLE fantasy.c MODIFY t TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON "
              "UPDATE CURRENT_TIMESTAMP"}),
       there("schema", kWarn, {"ALTER TABLE fantasy.c ENGINE=MyISAM"},
             {"ALTER TABLE fantasy.c ENGINE=InnoDB"})});
}

TEST_F(Objects, ATableThatIsMissingIsToldOnce) {
  made({"CREATE TABLE fantasy.gone (id INT PRIMARY KEY, a INT, KEY (a))"});
  auto session = pair.new_server.connect();
  for (const std::string& sql : on_new({"DROP TABLE fantasy.gone"})) session.execute(sql);
  const auto checks = look(pair);
  expect(checks, "schema", kBlock);
  expect(checks, "indexes", CheckVerdict::kPass);
  EXPECT_NE(named(checks, "schema").seen.find("missing on the new database: fantasy.gone"),
            std::string::npos);
  EXPECT_EQ(named(checks, "schema").seen.find("fantasy.gone.a"), std::string::npos);
}

TEST_F(Objects, IndexesAndKeys) {
  made({"CREATE TABLE fantasy.parent (id INT PRIMARY KEY)",
        "CREATE TABLE fantasy.child (id INT PRIMARY KEY, p INT, name VARCHAR(20), body TEXT, "
        "UNIQUE KEY by_name (name), KEY by_p (p), FULLTEXT KEY words (body), "
        "CONSTRAINT of_parent FOREIGN KEY (p) REFERENCES parent (id), CONSTRAINT some CHECK (p > "
        "0))",
        "CREATE TABLE fantasy.parts (id INT PRIMARY KEY) PARTITION BY RANGE (id) "
        "(PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN MAXVALUE)"});
  expect_each(
      pair, {there("indexes", kBlock, {"ALTER TABLE fantasy.child DROP KEY by_name"},
                   {"ALTER TABLE fantasy.child ADD UNIQUE KEY by_name (name)"}),
             there("indexes", kBlock,
                   {"ALTER TABLE fantasy.child DROP KEY by_name, ADD KEY by_name (name)"},
                   {"ALTER TABLE fantasy.child DROP KEY by_name, ADD UNIQUE KEY by_name (name)"}),
             there("indexes", kBlock, {"ALTER TABLE fantasy.child DROP KEY words"},
                   {"ALTER TABLE fantasy.child ADD FULLTEXT KEY words (body)"}),
             there("indexes", kWarn, {"ALTER TABLE fantasy.child ADD KEY faster (name, p)"},
                   {"ALTER TABLE fantasy.child DROP KEY faster"}),
             there("foreign-keys", kBlock, {"ALTER TABLE fantasy.child DROP FOREIGN KEY of_parent"},
                   {"ALTER TABLE fantasy.child ADD CONSTRAINT of_parent FOREIGN KEY (p) REFERENCES "
                    "fantasy.parent (id)"}),
             there("foreign-keys", kBlock,
                   {"ALTER TABLE fantasy.child DROP FOREIGN KEY of_parent",
                    "ALTER TABLE fantasy.child ADD CONSTRAINT of_parent FOREIGN KEY (p) REFERENCES "
                    "fantasy.parent (id) ON DELETE CASCADE"},
                   {"ALTER TABLE fantasy.child DROP FOREIGN KEY of_parent",
                    "ALTER TABLE fantasy.child ADD CONSTRAINT of_parent FOREIGN KEY (p) REFERENCES "
                    "fantasy.parent (id)"}),
             there("constraints", kBlock, {"ALTER TABLE fantasy.child DROP CONSTRAINT some"},
                   {"ALTER TABLE fantasy.child ADD CONSTRAINT some CHECK (p > 0)"}),
             there("partitions", kWarn, {"ALTER TABLE fantasy.parts DROP PARTITION high"},
                   {"ALTER TABLE fantasy.parts ADD PARTITION (PARTITION high VALUES LESS THAN "
                    "MAXVALUE)"}),
             {"primary-keys", kWarn, Side::kOld, unkeyed("id INT"), {"DROP TABLE fantasy.n"}},
             {"primary-keys", kWarn, Side::kOld, uncounted(), {"DROP TABLE fantasy.n"}}});
}

// How many rows the replica reads for one that is deleted.
std::int64_t reads_for_each(Pair& pair) {
  const auto read = [&] {
    std::int64_t sum = 0;
    for (const auto& row : pair.new_server.execute(
             "SHOW GLOBAL STATUS WHERE Variable_name IN ('Handler_read_rnd_next', "
             "'Handler_read_next', 'Handler_read_key', 'Handler_read_rnd')"))
      sum += std::stoll(*row[1]);
    return sum;
  };
  const auto before = read();
  pair.old_server.execute("DELETE FROM fantasy.n ORDER BY id DESC");
  EXPECT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
  return (read() - before) / 4096;
}

// What a replica finds by an index, or in a small table, it finds soon.
TEST_F(Objects, TablesWithoutAUniqueKeyOfWhichNobodyNeedsToKnow) {
  for (const char* columns : {"id INT, KEY (id)", "id INT, few INT AS (id % 3), KEY (few, id)"}) {
    for (const std::string& sql : unkeyed(columns)) pair.old_server.execute(sql);
    ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
    expect_healthy(look(pair));
    expect_seen("primary-keys", "fantasy.n");
    EXPECT_LE(reads_for_each(pair), 3) << columns;
    pair.old_server.execute("DROP TABLE fantasy.n");
  }
  for (const std::string& sql : unkeyed("id INT, few INT AS (id % 2), KEY (few)"))
    pair.old_server.execute(sql);
  expect(look(pair), "primary-keys", kWarn);
  expect_seen("primary-keys", "fantasy.n (20");
  pair.old_server.execute("DROP TABLE fantasy.n");
  made({"CREATE TABLE fantasy.n (id INT)", "INSERT INTO fantasy.n VALUES (1), (2)"});
}

TEST_F(Objects, Engines) {
  expect_each(pair, {{"engines",
                      kWarn,
                      Side::kOld,
                      {"CREATE TABLE fantasy.m (id INT PRIMARY KEY) ENGINE=MyISAM"},
                      {"DROP TABLE fantasy.m"}},
                     {"engines",
                      kBlock,
                      Side::kOld,
                      {"CREATE TABLE fantasy.m (id INT PRIMARY KEY) ENGINE=MEMORY"},
                      {"DROP TABLE fantasy.m"}},
                     there("engines", kBlock, {"CREATE TABLE fantasy.m (id INT) ENGINE=MEMORY"},
                           {"DROP TABLE fantasy.m"})});
}

TEST_F(Objects, WhatTheDatabaseItselfRuns) {
  const Statements made_there{
      "CREATE PROCEDURE fantasy.place() SQL SECURITY INVOKER INSERT INTO fantasy.rows_ VALUES (9, "
      "'p')",
      "CREATE TRIGGER fantasy.after_row AFTER INSERT ON fantasy.rows_ FOR EACH ROW SET @n = 1",
      "CREATE VIEW fantasy.seen AS SELECT id FROM fantasy.rows_"};
  made(made_there);
  const std::string mode =
      "SET SESSION sql_mode='NO_ENGINE_SUBSTITUTION,ANSI_QUOTES,NO_AUTO_VALUE_ON_ZERO'";
  expect_each(
      pair,
      {there("routines", kBlock, {"DROP PROCEDURE fantasy.place"}, {made_there[0]}),
       there("routines", kBlock,
             {"DROP PROCEDURE fantasy.place",
              "CREATE PROCEDURE fantasy.place() SQL SECURITY INVOKER DO 1"},
             {"DROP PROCEDURE fantasy.place", made_there[0]}),
       there("routines", kBlock,
             {"SET @mode=@@SESSION.sql_mode", mode, "DROP PROCEDURE fantasy.place", made_there[0],
              "SET SESSION sql_mode=@mode"},
             {"DROP PROCEDURE fantasy.place", made_there[0]}),
       there("triggers", kBlock, {"DROP TRIGGER fantasy.after_row"}, {made_there[1]}),
       there("triggers", kBlock,
             {"CREATE TRIGGER fantasy.more BEFORE INSERT ON fantasy.rows_ FOR EACH ROW "
              "SET @m = 1"},
             {"DROP TRIGGER fantasy.more"}),
       there("views", kBlock, {"DROP VIEW fantasy.seen"}, {made_there[2]}),
       there("views", kBlock,
             {"ALTER SQL SECURITY INVOKER VIEW fantasy.seen AS SELECT id FROM fantasy.rows_"},
             {"ALTER SQL SECURITY DEFINER VIEW fantasy.seen AS SELECT id FROM fantasy.rows_"})});
  // What a view selects is shown to who may read it.
  made({"GRANT SELECT, SHOW VIEW ON *.* TO 'cutover'@'%'"});
  expect_each(pair, {there("views", kBlock,
                           {"ALTER VIEW fantasy.seen AS SELECT id + 1 AS id FROM fantasy.rows_"},
                           {"ALTER VIEW fantasy.seen AS SELECT id FROM fantasy.rows_"})});
}

TEST_F(Objects, InWhoseNameItRuns) {
  made({"CREATE USER webmaster@localhost IDENTIFIED BY 'not-a-secret'",
        "CREATE DEFINER=webmaster@localhost SQL SECURITY DEFINER VIEW fantasy.stock AS "
        "SELECT id FROM fantasy.rows_"});
  expect_each(pair, {there("definers", kBlock, {"DROP USER webmaster@localhost"},
                           {"CREATE USER webmaster@localhost IDENTIFIED BY 'not-a-secret'"})});
  auto session = pair.new_server.connect();
  for (const std::string& sql : on_new({"DROP USER webmaster@localhost"})) session.execute(sql);
  expect_seen("definers", "webmaster@localhost (fantasy.stock)");
}

TEST_F(Objects, NumbersThatWereHandedOut) {
  made({"CREATE TABLE fantasy.orders (id INT PRIMARY KEY AUTO_INCREMENT, v INT)",
        "INSERT INTO fantasy.orders (v) VALUES (1)"});
  auto session = pair.old_server.connect();
  for (const char* sql : {"BEGIN", "INSERT INTO fantasy.orders (v) VALUES (2)", "ROLLBACK"})
    session.execute(sql);
  expect(look(pair), "next-numbers", kWarn);
  expect_seen("next-numbers", "fantasy.orders (2, not 3)");
  pair.old_server.execute("INSERT INTO fantasy.orders (v) VALUES (3)");
  harness::caught_up(pair.old_server, pair.new_server);
  expect(look(pair), "next-numbers", CheckVerdict::kPass);
}

TEST_F(Objects, WhatIsHiddenIsNeverFine) {
  const std::string cutover = "'cutover'@'%'";
  const auto revoked = [&](const char* check, CheckVerdict verdict, const std::string& right,
                           Only only = kBoth) {
    return Case{check,
                verdict,
                Side::kOld,
                {"REVOKE " + right + " ON *.* FROM " + cutover},
                {"GRANT " + right + " ON *.* TO " + cutover},
                only};
  };
  expect_each(pair,
              {revoked("indexes", kWarn, "REFERENCES"), revoked("engines", kBlock, "REFERENCES"),
               revoked("triggers", kWarn, "TRIGGER"), revoked("views", kWarn, "REFERENCES"),
               revoked("privileges-leaving", kWarn, "TRIGGER"),
               revoked("routines", kWarn, "SHOW_ROUTINE", kMySqlOnly)});
}

}  // namespace
}  // namespace cutover
