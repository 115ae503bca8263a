// SPDX-License-Identifier: Apache-2.0
// Statements and errors of a database server as they are told: no value of a visitor's is in them.
#include "shared/words/without_values.h"

#include <gtest/gtest.h>

namespace cutover {
namespace {

TEST(WithoutValues, StringsAndNumbersAreLeftOut) {
  const auto told = [](std::string_view sql) { return statement_without_values(sql); };
  EXPECT_EQ(told("UPDATE t\n  SET a = 'it''s', b=\"x\" WHERE c = 1"),
            "UPDATE t SET a = ?, b=? WHERE c = ?");
  EXPECT_EQ(told("SELECT * FROM cards WHERE number = 4111111111111111"),
            "SELECT * FROM cards WHERE number = ?");
  EXPECT_EQ(told("INSERT INTO t VALUES (0x6869, x'41', N'a', -1.5e10, .5, 12ab)"),
            "INSERT INTO t VALUES (?, ?, ?, -?, .?, ?)");
  EXPECT_EQ(told("UPDATE shop2.t1 SET c1 = c2 + 1 WHERE `it's 1` = 2"),
            "UPDATE shop2.t1 SET c1 = c2 + ? WHERE `it's 1` = ?");
  EXPECT_EQ(told("SELECT 'a' 'b'"), "SELECT ? ?");
}

TEST(WithoutValues, CommentsAreLeftOut) {
  EXPECT_EQ(statement_without_values("/* user=alice@example.com */ UPDATE t # alice\n SET a=1"),
            "UPDATE t SET a=?");
  EXPECT_EQ(statement_without_values("UPDATE t -- alice\nSET a=1/*alice"), "UPDATE t SET a=?");
}

// What looks like an end need not be one, and nothing behind it is told.
TEST(WithoutValues, AStringWhoseEndIsNotSureEndsIt) {
  EXPECT_EQ(statement_without_values("INSERT INTO t VALUES ('C:\\', 'secret')"),
            "INSERT INTO t VALUES (?...");
  EXPECT_EQ(statement_without_values("SET PASSWORD = 'secr"), "SET PASSWORD = ?...");
  EXPECT_EQ(statement_without_values("INSERT INTO t VALUES ('a\\'b', 'secret')"),
            "INSERT INTO t VALUES (?...");
}

TEST(WithoutValues, ItIsCutToALength) {
  const std::string told = statement_without_values(std::string(5000, 'x'));
  EXPECT_LE(told.size(), 110U);
  EXPECT_TRUE(told.ends_with("...")) << told;
  std::string many = "SELECT 1";
  for (int i = 0; i < 100; ++i) many += ", 'secret'";
  EXPECT_EQ(statement_without_values(many).find("secret"), std::string::npos);
}

TEST(WithoutValues, ErrorsOfReplicationQuoteNone) {
  EXPECT_EQ(error_without_values(
                "Could not execute Write_rows_v1 event on table shop.users; Duplicate entry "
                "'alice@example.com' for key 'email', Error_code: 1062; handler error"),
            "Could not execute Write_rows_v1 event on table shop.users; Duplicate entry "
            "? for key 'email', Error_code: 1062; handler error");
  EXPECT_EQ(error_without_values("Duplicate entry 'it's' for key 'users.name'"),
            "Duplicate entry ? for key 'users.name'");
  EXPECT_EQ(
      error_without_values("Error 'Table 'shop.t' doesn't exist' on query. Default database: "
                           "'shop'. Query: 'INSERT INTO t VALUES ('alice', 41)'"),
      "Error 'Table 'shop.t' doesn't exist' on query. Default database: 'shop'. Query: INSERT INTO "
      "t VALUES (?, ?)");
  EXPECT_EQ(error_without_values("Incorrect integer value: 'alice' for column 'n' at row 1"),
            "Incorrect integer value: ? for column 'n' at row 1");
  EXPECT_EQ(error_without_values("Truncated incorrect DOUBLE value: 'alice'"),
            "Truncated incorrect DOUBLE value: ?");
  EXPECT_EQ(
      error_without_values("You have an error in your SQL syntax near ''secret' x' at line 1"),
      "You have an error in your SQL syntax near ? at line 1");
  const std::string fine =
      "error connecting to master 'repl@10.0.0.1:3306' - retry-time: 60  maximum-retries: 86400";
  EXPECT_EQ(error_without_values(fine), fine);
  EXPECT_EQ(error_without_values(""), "");
}

}  // namespace
}  // namespace cutover
