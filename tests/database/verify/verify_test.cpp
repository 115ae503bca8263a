// SPDX-License-Identifier: Apache-2.0
// All rows of two real servers, compared: each kind of difference is found, and none where there is
// none, whatever is written meanwhile.
#include <gmock/gmock.h>

#include "tests/database/verify/comparison.h"
#include "tests/harness/eventually.h"

namespace cutover {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

// Types whose text hangs on a session, a version or a character set.
constexpr const char* kOfAllTypes =
    "CREATE TABLE fantasy.types (id BIGINT UNSIGNED NOT NULL, part VARCHAR(20) CHARACTER SET "
    "latin1 NOT NULL, d DECIMAL(20,5), f FLOAT, g DOUBLE, b BIT(9), t TIMESTAMP(3) NULL, dt "
    "DATETIME(6), y YEAR, e ENUM('a','ü') CHARACTER SET latin1, s SET('x','y'), c CHAR(9) "
    "CHARACTER SET ascii, u TEXT, m LONGBLOB, j JSON, p POINT, v VARBINARY(30), `odd ``name` INT, "
    "twice BIGINT GENERATED ALWAYS AS (id * 2) VIRTUAL, PRIMARY KEY (part, id))";

// Keys of all kinds, each with enough rows for several chunks.
constexpr const char* kKeyed[] = {
    "by_text (k VARCHAR(40) NOT NULL PRIMARY KEY)",
    "by_bytes (k VARBINARY(40) NOT NULL PRIMARY "
    "KEY)",
    "by_number (k INT NOT NULL PRIMARY KEY)",
    "by_decimal (k DECIMAL(12,3) NOT NULL "
    "PRIMARY KEY)",
    "by_double (k DOUBLE NOT NULL PRIMARY KEY)",
    "by_moment (k TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP PRIMARY KEY)"};
constexpr const char* kKey[] = {"CONCAT('k\xC3\xA9', n)",
                                "UNHEX(SHA2(n, 224))",
                                "n - 1000",
                                "(n - 1000) / 8",
                                "(n - 1000) / 7",
                                "'2020-10-25 00:00:00' + INTERVAL n * 600 SECOND"};

struct Verify : testing::Test {
  void on_old(const std::string& sql) { pair.old_server.execute(sql); }
  void settle() { ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server)); }
  // Numbers from 1 on.
  void numbers(int count) {
    on_old("CREATE TABLE fantasy.n (n INT PRIMARY KEY)");
    on_old("INSERT INTO fantasy.n VALUES (1)");
    for (int have = 1; have < count; have *= 2)
      on_old("INSERT INTO fantasy.n SELECT n + " + std::to_string(have) + " FROM fantasy.n");
  }
  void busy() {
    numbers(16'384);
    on_old("CREATE TABLE fantasy.busy (id INT PRIMARY KEY, word VARCHAR(40), rest CHAR(20))");
    on_old("INSERT INTO fantasy.busy SELECT n * 5, CONCAT('w', n), 'rest' FROM fantasy.n");
    settle();
  }
  void types(int rows) {
    on_old(kOfAllTypes);
    auto site = pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema);
    for (int i = 1; i <= rows; ++i)
      site.execute(
          "INSERT INTO types (id, part, d, f, g, b, t, dt, y, e, s, c, u, m, j, p, v, "
          "`odd ``name`) VALUES (" +
          std::to_string(i) +
          ", 'Jos\xC3\xA9', 1.5, 1/3, 1e300/7, b'101', NOW(3), NOW(6), 2026, '\xC3\xBC', 'x,y', "
          "'abc ', REPEAT('\xE2\x82\xAC', 500), RANDOM_BYTES(1000), "
          "'{\"b\": [1, 2.50], \"a\": 1}', POINT(1, 2), 0x00ff, NULL)");
    settle();
  }

  Pair pair;
};

TEST_F(Verify, SaysEqualOfEveryTypeAndKeyWhateverTheServersTimeZone) {
  numbers(2048);
  types(40);
  for (std::size_t i = 0; i < std::size(kKeyed); ++i) {
    const std::string made = kKeyed[i];
    on_old("CREATE TABLE fantasy." + made);
    on_old("INSERT INTO fantasy." + made.substr(0, made.find(' ')) + " SELECT " + kKey[i] +
           " FROM fantasy.n");
  }
  on_old(
      "CREATE TABLE fantasy.by_three (a ENUM('z','y','x') NOT NULL, b VARCHAR(9) NOT NULL, c "
      "SMALLINT NOT NULL, v TEXT, UNIQUE KEY three (a, b, c))");
  on_old("INSERT INTO fantasy.by_three SELECT 1 + n % 3, n % 50, -n, NULL FROM fantasy.n");
  on_old("CREATE TABLE fantasy.without_key (v VARCHAR(9))");
  on_old("INSERT INTO fantasy.without_key SELECT 'twice' FROM fantasy.n");
  settle();
  pair.new_server.execute("SET GLOBAL time_zone='+05:30'");
  const VerifyReport found = compared(pair);
  EXPECT_EQ(result_of(found), VerifyResult::kEqual) << words(found);
  EXPECT_EQ(found.rows, 2048U * 9 + 40) << words(found);
  EXPECT_EQ(found.tables_done, 11U);
}

TEST_F(Verify, FindsEachDifferenceInARow) {
  types(30);
  const std::pair<const char*, const char*> cases[] = {
      {"u = CONCAT(u, ' ')", "u "},
      {"m = CONCAT(CHAR(ASCII(m) ^ 1), SUBSTRING(m, 2))", "m (1000 bytes"},
      {"v = NULL", "v "},
      {"t = t + INTERVAL 1 SECOND", "t "},
      {"e = 'a'", "e "},
      {"d = d + 0.00001", "d "},
      {"f = f + 0.00000003", "f "},
      {"g = g * (1 + 3e-16)", "g "},
      {"c = 'abd'", "c 'xxx'"},
      {"p = POINT(1, 3)", "p "},
      {"j = '{\"b\": [1, 2.50], \"a\": 2}'", "j "}};
  for (const auto& [change, column] : cases) {
    SCOPED_TRACE(change);
    on_new(pair, {"UPDATE fantasy.types SET " + std::string(change) + " WHERE id = 7"});
    const VerifyReport found = compared(pair);
    EXPECT_EQ(found.different, 1U) << words(found);
    EXPECT_THAT(found.findings,
                Contains(AllOf(HasSubstr("fantasy.types"), HasSubstr("id 7"), HasSubstr(column))))
        << words(found);
    EXPECT_EQ(words(found).find("Jos"), std::string::npos) << "a name, and shown";
    on_old("UPDATE fantasy.types SET id = 1007 WHERE id = 7");
    on_old(
        "UPDATE fantasy.types SET id = 7, u = CONCAT(u, 'a'), m = RANDOM_BYTES(1000), v = 'v', t "
        "= NOW(3) + INTERVAL 1 HOUR, e = '\xC3\xBC', d = d + 1, f = 2/3, g = 2e300/7, c = 'abe', p "
        "= "
        "POINT(2, 2), j = '{\"c\": 1}' WHERE id = 1007");
    settle();
  }
}

// JSON of MariaDB's is a text, and code reads it as one; MySQL keeps its keys in an order of its
// own.
TEST_F(Verify, FindsAChangedOrderOfKeysWhereTheServerKeepsIt) {
  types(10);
  on_new(pair, {"UPDATE fantasy.types SET j = '{\"a\": 1, \"b\": [1, 2.50]}' WHERE id = 7"});
  const bool kept = harness::vendor_of_this_run() == harness::Vendor::kMariaDb;
  const VerifyReport found = compared(pair);
  EXPECT_EQ(found.different, kept ? 1U : 0U) << words(found);
}

TEST_F(Verify, FindsRowsThatAreMissingAndRowsThatAreMore) {
  busy();
  on_old("CREATE TABLE fantasy.empty_ (id INT PRIMARY KEY)");
  settle();
  on_new(pair, {"DELETE FROM fantasy.busy WHERE id IN (5, 40005)",
                "INSERT INTO fantasy.busy VALUES (40006, 'more', ''), (99999, 'last', '')",
                "INSERT INTO fantasy.empty_ SELECT n FROM fantasy.n WHERE n <= 900"});
  const VerifyReport found = compared(pair);
  EXPECT_EQ(found.different, 904U) << words(found);
  EXPECT_THAT(found.findings,
              Contains(HasSubstr("fantasy.busy id 5: missing on the new database")));
  EXPECT_THAT(found.findings,
              Contains(HasSubstr("fantasy.busy id 99999: missing on the old database")));
  EXPECT_EQ(result_of(found), VerifyResult::kDifferent);
}

TEST_F(Verify, FindsWhatDiffersInATableWithoutAKey) {
  on_old("CREATE TABLE fantasy.without_key (v VARCHAR(9))");
  on_old("INSERT INTO fantasy.without_key VALUES ('a'), ('a'), ('b'), ('b')");
  settle();
  on_new(pair, {"UPDATE fantasy.without_key SET v = 'c' WHERE v = 'b'"});
  const VerifyReport found = compared(pair);
  EXPECT_EQ(found.different, 1U) << words(found);
  EXPECT_THAT(found.findings, Contains(HasSubstr("fantasy.without_key as a whole")));
}

TEST_F(Verify, FindsWhatIsNoRow) {
  on_old("CREATE TABLE fantasy.t (id INT PRIMARY KEY)");
  on_old("CREATE TRIGGER fantasy.lost BEFORE INSERT ON fantasy.t FOR EACH ROW SET NEW.id = NEW.id");
  on_old("CREATE VIEW fantasy.seen AS SELECT id FROM fantasy.t");
  on_old("CREATE EVENT fantasy.nightly ON SCHEDULE EVERY 1 DAY DISABLE DO DO 1");
  on_old("CREATE PROCEDURE fantasy.p() DO 1");
  settle();
  EXPECT_EQ(result_of(compared(pair)), VerifyResult::kEqual) << words(compared(pair));
  on_new(pair, {"DROP TRIGGER fantasy.lost", "CREATE TABLE fantasy.more (id INT PRIMARY KEY)",
                "DROP VIEW fantasy.seen",
                "CREATE DEFINER='somebody'@'%' VIEW fantasy.seen AS SELECT id FROM fantasy.t",
                "DROP EVENT fantasy.nightly", "DROP PROCEDURE fantasy.p",
                "CREATE PROCEDURE fantasy.p() DO 2"});
  const VerifyReport found = compared(pair);
  for (const char* what : {"triggers missing on the new database: fantasy.lost", "fantasy.more",
                           "fantasy.seen: definer somebody@%",
                           "events: missing on the new "
                           "database: fantasy.nightly",
                           "fantasy.p"})
    EXPECT_THAT(found.findings, Contains(HasSubstr(what))) << words(found);
}

TEST_F(Verify, WhatMayNotBeReadIsNotEqual) {
  on_old("REVOKE SELECT ON " + std::string(harness::kAppSchema) + ".* FROM 'cutover'@'%'");
  settle();
  const VerifyReport found = compared(pair);
  EXPECT_EQ(result_of(found), VerifyResult::kPartly) << words(found);
  EXPECT_THAT(found.uncompared, Contains(HasSubstr("fantasy.rows_")));
}

TEST_F(Verify, SaysEqualWhileItIsWrittenTo) {
  busy();
  const Visitors visitors(pair, 500);
  for (int i = 0; i < 3; ++i) {
    const VerifyReport found = compared(pair);
    EXPECT_EQ(result_of(found), VerifyResult::kEqual) << words(found);
    EXPECT_GT(found.rows, 10'000U);
  }
  EXPECT_GT(visitors.written(), 300);
}

TEST_F(Verify, FindsOneRowWhileItIsWrittenTo) {
  busy();
  on_old("CREATE TABLE fantasy.still LIKE fantasy.busy");
  on_old("INSERT INTO fantasy.still SELECT * FROM fantasy.busy");
  settle();
  on_new(pair, {"UPDATE fantasy.still SET word = 'other' WHERE id = 500"});
  const Visitors visitors(pair, 500);
  const VerifyReport found = compared(pair);
  EXPECT_EQ(found.different, 1U) << words(found);
  EXPECT_THAT(found.findings, Contains(HasSubstr("fantasy.still id 500: word 'x999' (4 bytes")));
}

}  // namespace
}  // namespace cutover
