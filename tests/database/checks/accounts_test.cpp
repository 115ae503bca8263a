// SPDX-License-Identifier: Apache-2.0
// The application's accounts on both servers, and whom no fence stops.
#include <gmock/gmock.h>

#include "tests/database/checks/preflight_checks.h"

namespace cutover {
namespace {

using testing::HasSubstr;

constexpr auto kBlock = CheckVerdict::kBlock;
constexpr auto kWarn = CheckVerdict::kWarn;
constexpr auto kPass = CheckVerdict::kPass;

bool is_mariadb() { return harness::vendor_of_this_run() == harness::Vendor::kMariaDb; }

// On the server that replicates, and in no binary log.
std::vector<std::string> quietly(Pair& pair, std::vector<std::string> statements) {
  statements.insert(statements.begin(), {"SET sql_log_bin=0", "SET GLOBAL read_only=0"});
  statements.push_back(pair.new_server.words().make_read_only);
  return statements;
}

// A schema beside the application's, of which it has a column, a table, a routine and a role.
void add_annex(Pair& pair) {
  pair.old_server.execute("CREATE DATABASE annex");
  for (const char* table : {"by_column", "by_table", "by_role"})
    pair.old_server.execute("CREATE TABLE annex." + std::string(table) +
                            " (id INT PRIMARY KEY, name CHAR(3))");
  pair.old_server.execute("CREATE PROCEDURE annex.count_it() SQL SECURITY INVOKER SELECT 1");
  pair.old_server.execute("GRANT SELECT (id), UPDATE (name) ON annex.by_column TO app@'%'");
  pair.old_server.execute("GRANT INSERT, DELETE ON annex.by_table TO app@'%'");
  pair.old_server.execute("GRANT EXECUTE ON PROCEDURE annex.count_it TO app@'%'");
  for (const char* role : {"clerk", "reader"})
    pair.old_server.execute("CREATE ROLE " + std::string(role));
  pair.old_server.execute("GRANT SELECT ON annex.by_role TO reader");
  pair.old_server.execute("GRANT reader TO clerk");
  pair.old_server.execute("GRANT clerk TO app@'%'");
  pair.old_server.execute(is_mariadb() ? "SET DEFAULT ROLE clerk FOR app@'%'"
                                       : "SET DEFAULT ROLE clerk TO app@'%'");
  ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
}

// It has mysql.user for what is JSON since; a newer server still shows that.
TEST(PreflightAccounts, OfAServerThatTellsOfThemAsMariaDb103Does) {
  if (!is_mariadb()) GTEST_SKIP() << "MySQL cannot be made to say another release";
  Pair pair({.old_settings = {"version=10.3.39-MariaDB"}});
  pair.old_server.execute("ALTER USER app@'%' WITH MAX_USER_CONNECTIONS 50");
  ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
  const auto healthy = look(pair);
  for (const char* row :
       {"application-account", "read-only-admin", "super-accounts", "other-sites"})
    expect(healthy, row, kPass);
  pair.old_server.execute("GRANT SUPER ON *.* TO app@'%'");
  auto on_new = pair.new_server.connect();
  for (const auto& sql : quietly(pair, {"SET PASSWORD FOR app@'%' = PASSWORD('another')"}))
    on_new.execute(sql);
  const auto spoiled = look(pair);
  expect(spoiled, "read-only-admin", kBlock);
  expect(spoiled, "application-account", kBlock);
}

TEST(PreflightAccounts, EachRightIsThereOnBothOrIsNamedWithItsGrant) {
  Pair pair;
  add_annex(pair);
  const std::string set_default =
      is_mariadb() ? "SET DEFAULT ROLE clerk FOR app@'%'" : "SET DEFAULT ROLE clerk TO app@'%'";
  const std::string no_default =
      is_mariadb() ? "SET DEFAULT ROLE NONE FOR app@'%'" : "SET DEFAULT ROLE NONE TO app@'%'";
  struct Missing {
    std::vector<std::string> spoil, mend;
    const char* seen;
    const char* remedy;
  };
  const Missing all[] = {
      {{"REVOKE INSERT, EXECUTE ON fantasy.* FROM app@'%'"},
       {"GRANT ALL ON fantasy.* TO app@'%'"},
       "lacks on the new database what it has on the old database: INSERT, EXECUTE on `fantasy`.*",
       "GRANT INSERT, EXECUTE ON `fantasy`.* TO 'app'@'%'"},
      {{"REVOKE UPDATE (name) ON annex.by_column FROM app@'%'"},
       {"GRANT UPDATE (name) ON annex.by_column TO app@'%'"},
       "UPDATE (name) on `annex`.`by_column`",
       "GRANT UPDATE (`name`) ON `annex`.`by_column` TO 'app'@'%'"},
      {{"REVOKE DELETE ON annex.by_table FROM app@'%'"},
       {"GRANT DELETE ON annex.by_table TO app@'%'"},
       "DELETE on `annex`.`by_table`",
       "GRANT DELETE ON `annex`.`by_table`"},
      {{"REVOKE EXECUTE ON PROCEDURE annex.count_it FROM app@'%'"},
       {"GRANT EXECUTE ON PROCEDURE annex.count_it TO app@'%'"},
       "EXECUTE on PROCEDURE `annex`.`count_it`",
       "GRANT EXECUTE ON PROCEDURE `annex`.`count_it`"},
      {{"REVOKE SELECT ON annex.by_role FROM reader"},
       {"GRANT SELECT ON annex.by_role TO reader"},
       "SELECT on `annex`.`by_role`",
       is_mariadb() ? "GRANT SELECT ON `annex`.`by_role` TO `reader`"
                    : "GRANT SELECT ON `annex`.`by_role` TO 'reader'@'%'"},
      {{"REVOKE clerk FROM app@'%'"},
       {"GRANT clerk TO app@'%'", set_default},
       "has not the role clerk",
       "GRANT "},
      {{no_default}, {set_default}, "is no default role of app@%", "SET DEFAULT ROLE "},
      {{"ALTER USER app@'%' REQUIRE SSL"},
       {"ALTER USER app@'%' REQUIRE NONE"},
       "has another REQUIRE",
       "SHOW CREATE USER"}};
  auto on_new = pair.new_server.connect();
  for (const Missing& one : all) {
    SCOPED_TRACE(one.spoil.front());
    for (const std::string& sql : quietly(pair, one.spoil)) on_new.execute(sql);
    const auto checks = look(pair);
    expect(checks, "application-account", kBlock);
    EXPECT_THAT(named(checks, "application-account").seen, HasSubstr(one.seen));
    EXPECT_THAT(named(checks, "application-account").remedy, HasSubstr(one.remedy));
    for (const std::string& sql : quietly(pair, one.mend)) on_new.execute(sql);
  }
  // A right on everything is one on the schema, too.
  for (const std::string& sql :
       quietly(pair, {"REVOKE INSERT ON fantasy.* FROM app@'%'", "GRANT INSERT ON *.* TO app@'%'"}))
    on_new.execute(sql);
  const auto checks = look(pair);
  expect_healthy(checks);
  EXPECT_EQ(named(checks, "application-account").seen,
            "app@% has the same password and rights on both");
}

TEST(PreflightAccounts, TheAccountsLetTheApplicationInFromTheNewHost) {
  Pair pair;
  pair.site.new_host = "http://127.0.0.1:8080";
  expect(look(pair), "application-account", kPass);
  pair.old_server.execute("RENAME USER app@'%' TO app@'10.9.9.9'");
  ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
  auto checks = look(pair);
  expect(checks, "application-account", kWarn);
  EXPECT_THAT(named(checks, "application-account").seen, HasSubstr("app@10.9.9.9"));
  pair.old_server.execute("CREATE USER app@localhost IDENTIFIED BY 'not-a-secret'");
  pair.old_server.execute("GRANT ALL ON fantasy.* TO app@localhost");
  ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
  expect(look(pair), "application-account", kPass);
  {  // The servers of these tests resolve no names: what comes over TCP is not from `localhost`.
    pair.old_server.execute("CREATE USER app@'127.0.0.1' IDENTIFIED BY 'not-a-secret'");
    const auto over_tcp = pair.old_server.connect_as(harness::kAppUser);
    pair.old_server.execute("DROP USER app@'127.0.0.1'");
    ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
    checks = look(pair);
    expect(checks, "application-account", kWarn);
    EXPECT_THAT(named(checks, "application-account").seen, HasSubstr("skip_name_resolve"));
  }
  // Each host has its own: the old one's address is of no use there.
  auto on_new = pair.new_server.connect();
  for (const std::string& sql : quietly(pair, {"DROP USER app@'10.9.9.9'"})) on_new.execute(sql);
  expect(look(pair), "application-account", is_mariadb() ? kPass : kWarn);  // salted: not compared
  for (const std::string& sql : quietly(pair, {"DROP USER app@localhost"})) on_new.execute(sql);
  checks = look(pair);
  expect(checks, "application-account", kBlock);
  EXPECT_THAT(named(checks, "application-account").seen, HasSubstr("is not there"));
}

TEST(PreflightAccounts, WhereNoneIsNamedThoseThatWereSeenAre) {
  Pair pair;
  pair.old_server.execute("CREATE USER cron@'%' IDENTIFIED BY 'not-a-secret'");
  ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
  const auto cron = pair.old_server.connect_as("cron");
  const auto with = [&](const std::vector<std::string>& users) {
    ConnectOptions old_options = pair.options(Side::kOld);
    ConnectOptions new_options = pair.options(Side::kNew);
    old_options.app_users = users;
    new_options.app_users = users;
    return connect(pair.site, old_options, new_options, {})->preflight(Direction::kSwitch, "");
  };
  auto checks = with({});
  expect(checks, "application-account", kBlock);
  EXPECT_THAT(named(checks, "application-account").seen, HasSubstr(": app, cron"));
  EXPECT_THAT(named(checks, "application-account").remedy, HasSubstr("app-user=app,cron"));
  for (const char* row : {"other-sites", "other-writers", "early-writers"})
    expect(checks, row, kWarn);
  checks = with({"app", "cron@%"});
  expect(checks, "application-account", kPass);
  EXPECT_THAT(named(checks, "application-account").seen, HasSubstr("cron@%"));
  expect(with({"app@localhost"}), "application-account", kBlock);
}

TEST(PreflightAccounts, ARightThatIgnoresTheFenceIsFoundWhereverItComesFrom) {
  Pair pair;
  const std::string right = is_mariadb() ? "READ_ONLY ADMIN" : "SYSTEM_VARIABLES_ADMIN";
  const char* row = is_mariadb() ? "read-only-admin" : "super-accounts";
  const CheckVerdict bad = is_mariadb() ? kBlock : kWarn;
  const auto on_both = [&](const std::string& sql) {
    pair.old_server.execute(sql);
    ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
  };
  on_both("CREATE ROLE deputy");
  on_both("CREATE ROLE chief");
  on_both("GRANT " + right + " ON *.* TO chief");
  expect(look(pair), row, kPass);  // granted to nobody
  on_both("GRANT chief TO deputy");
  on_both("GRANT deputy TO app@'%'");
  auto checks = look(pair);
  expect(checks, row, bad);
  EXPECT_THAT(named(checks, row).seen, HasSubstr("app@% has " + right + " by chief"));
  EXPECT_THAT(named(checks, row).remedy, HasSubstr("REVOKE " + right));
  on_both("REVOKE chief FROM deputy");
  expect(look(pair), row, kPass);
  on_both(is_mariadb() ? "GRANT ALL ON *.* TO PUBLIC" : "SET PERSIST mandatory_roles='chief'");
  checks = look(pair);
  expect(checks, row, bad);
  EXPECT_THAT(named(checks, row).seen, HasSubstr(is_mariadb() ? "by PUBLIC" : "by chief"));
  on_both(is_mariadb() ? "REVOKE ALL ON *.* FROM PUBLIC" : "SET PERSIST mandatory_roles=''");
  if (is_mariadb()) on_both("GRANT SUPER ON *.* TO app@'%'");  // no longer enough, since 10.11
  expect(look(pair), row, kPass);
  if (!is_mariadb()) return;
  on_both("CREATE USER admin@localhost IDENTIFIED BY 'not-a-secret'");
  on_both("GRANT ALL ON *.* TO admin@localhost");
  checks = look(pair);
  expect(checks, row, kPass);
  EXPECT_THAT(named(checks, row).seen, HasSubstr("others have: admin@localhost"));
}

TEST(PreflightAccounts, AProcedureOfOneWhomNoFenceStopsIsNamed) {
  Pair pair;
  const auto on_both = [&](const std::string& sql) {
    pair.old_server.execute(sql);
    ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
  };
  const auto gets_through = [&] {
    pair.old_server.execute(pair.old_server.words().make_read_only);
    auto app = pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema);
    bool through = true;
    try {
      app.execute("CALL add_one()");
    } catch (const harness::SqlError& error) {
      EXPECT_EQ(error.code(), 1290U);
      through = false;
    }
    pair.old_server.execute(pair.old_server.words().make_writable);
    return through;
  };
  on_both("CREATE DEFINER=root@localhost FUNCTION fantasy.f() RETURNS INT NO SQL RETURN 1");
  on_both(
      "CREATE DEFINER=root@localhost PROCEDURE fantasy.add_one() "
      "INSERT INTO fantasy.rows_ SELECT COALESCE(MAX(id), 0) + 1, 'x' FROM fantasy.rows_");
  const auto checks = look(pair);
  expect(checks, "definers-past-the-fence", is_mariadb() ? kBlock : kPass);
  EXPECT_EQ(gets_through(), is_mariadb());
  if (is_mariadb()) {
    EXPECT_THAT(named(checks, "definers-past-the-fence").seen,
                HasSubstr("fantasy.add_one of root@localhost, which app@% may call"));
    EXPECT_THAT(named(checks, "definers-past-the-fence").remedy,
                HasSubstr("ALTER PROCEDURE `fantasy`.`add_one` SQL SECURITY INVOKER"));
  }
  on_both("ALTER PROCEDURE fantasy.add_one SQL SECURITY INVOKER");
  expect(look(pair), "definers-past-the-fence", kPass);
  EXPECT_FALSE(gets_through());
}

}  // namespace
}  // namespace cutover
