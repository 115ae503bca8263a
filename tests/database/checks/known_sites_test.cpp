// SPDX-License-Identifier: Apache-2.0
// The preflight of pairs that hold what the world has most of: WordPress' tables, and a Rails
// application's, Redmine. On an untouched pair no row cries wolf, there and back.
#include <gmock/gmock.h>

#include "tests/database/checks/preflight_checks.h"

namespace cutover {
namespace {

using testing::HasSubstr;

// Fails the test unless these warn, and no other row says anything but pass.
void expect_only(const std::vector<Check>& checks, const std::vector<std::string>& right_to_warn) {
  EXPECT_GE(checks.size(), 40U);
  for (const Check& check : checks) {
    const bool warns =
        std::find(right_to_warn.begin(), right_to_warn.end(), check.name) != right_to_warn.end();
    EXPECT_EQ(check.verdict, warns ? CheckVerdict::kWarn : CheckVerdict::kPass) << words(check);
  }
}

void there_and_back(Pair& pair, const std::vector<std::string>& right_to_warn) {
  expect_only(look(pair), right_to_warn);
  flip(*pair.databases, Direction::kSwitch);
  expect_only(look(pair, Direction::kRollback), right_to_warn);
}

TEST(KnownSites, WordPress) {
  Pair pair({.site = "wordpress"});
  ASSERT_EQ(pair.new_server.number("SELECT COUNT(*) FROM information_schema.tables "
                                   "WHERE TABLE_SCHEMA = 'fantasy' AND TABLE_NAME LIKE 'wp%'"),
            12);
  there_and_back(pair, {});
}

// An option that is set again takes a number and gives it to nobody. No row has it; but no check
// can tell it from an order's number that a customer has been told.
TEST(KnownSites, WordPressAtWork) {
  Pair pair({.site = "wordpress"});
  pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema)
      .execute(
          "INSERT INTO wp_options (option_name, option_value) VALUES ('cron', 'a:1:{}') "
          "ON DUPLICATE KEY UPDATE option_value = VALUES(option_value)");
  const auto checks = look(pair);
  expect_only(checks, {"next-numbers"});
  EXPECT_THAT(words(named(checks, "next-numbers")), HasSubstr("wp_options (3, not 4)"));
}

TEST(KnownSites, Redmine) {
  Pair pair({.site = "redmine"});
  ASSERT_EQ(pair.new_server.number("SELECT COUNT(*) FROM information_schema.tables "
                                   "WHERE TABLE_SCHEMA = 'fantasy' AND TABLE_NAME <> 'rows_'"),
            62);
  // A join table: small, or with an index that finds its rows.
  EXPECT_THAT(words(named(look(pair), "primary-keys")), HasSubstr("fantasy.changeset_parents"));
  there_and_back(pair, {});
}

}  // namespace
}  // namespace cutover
