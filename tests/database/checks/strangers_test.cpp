// SPDX-License-Identifier: Apache-2.0
// Others on the servers: sites that the fence would stop for good, and who is at work past httpd.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "tests/database/checks/preflight_checks.h"

namespace cutover {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr auto kBlock = CheckVerdict::kBlock;
constexpr auto kWarn = CheckVerdict::kWarn;
constexpr auto kPass = CheckVerdict::kPass;

class OtherSites : public testing::Test {
 protected:
  void on_both(const std::string& sql) {
    pair.old_server.execute(sql);
    ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
  }
  std::string seen(CheckVerdict verdict) {
    const auto checks = look(pair);
    expect(checks, "other-sites", verdict);
    return words(named(checks, "other-sites"));
  }

  Pair pair;
};

TEST_F(OtherSites, AreNamedUnlessTheyAreKnownToBeLeftBehind) {
  on_both("CREATE DATABASE blog");
  on_both("CREATE USER blog@'%' IDENTIFIED BY 'not-a-secret'");
  on_both("GRANT ALL ON blog.* TO blog@'%'");
  EXPECT_THAT(seen(kPass), Not(HasSubstr("blog")));  // there is nothing in it
  on_both("CREATE TABLE blog.posts (id INT PRIMARY KEY)");
  EXPECT_THAT(seen(kBlock),
              AllOf(HasSubstr("schema blog; account blog@%"), HasSubstr("old database for good"),
                    HasSubstr("CutoverLeaveBehind blog blog@%")));
  pair.site.leave_behind = {"wiki"};
  seen(kBlock);
  pair.site.leave_behind = {"blog@%"};  // and with it what nobody else writes
  seen(kPass);
  pair.site.leave_behind = {"blog"};  // and with it who writes nowhere else
  seen(kPass);
}

TEST_F(OtherSites, AreAccountsThatWriteAndNotThoseThatRead) {
  on_both("CREATE USER monitor@localhost IDENTIFIED BY 'not-a-secret'");
  on_both("GRANT SELECT, PROCESS ON *.* TO monitor@localhost");
  on_both("GRANT CREATE TEMPORARY TABLES, LOCK TABLES ON fantasy.* TO monitor@localhost");
  seen(kPass);
  on_both("CREATE USER admin@'10.0.0.%' IDENTIFIED BY 'not-a-secret'");
  on_both("GRANT INSERT ON *.* TO admin@'10.0.0.%'");
  EXPECT_THAT(seen(kBlock), HasSubstr("account admin@10.0.0.%"));
  pair.site.leave_behind = {"admin@10.0.0.%"};
  seen(kPass);
  on_both("CREATE ROLE `writer`");
  on_both("GRANT UPDATE ON fantasy.rows_ TO `writer`");
  on_both("GRANT `writer` TO monitor@localhost");
  EXPECT_THAT(seen(kBlock), HasSubstr("account monitor@localhost"));
  on_both("ALTER USER monitor@localhost ACCOUNT LOCK");
  seen(kPass);
}

TEST_F(OtherSites, AreAWarningWhereOnlyTheServersOwnAccountsWrite) {
  on_both("CREATE DATABASE archive");
  on_both("CREATE TABLE archive.y2019 (id INT PRIMARY KEY)");
  EXPECT_THAT(seen(kWarn), HasSubstr("schema archive on the old database"));
  pair.site.leave_behind = {"archive"};
  seen(kPass);
  pair.site.leave_behind = {};
  on_both("GRANT INSERT ON archive.y2019 TO app@'%'");
  seen(kPass);
}

TEST_F(OtherSites, AreLookedForOnTheNewServerBeforeTheWayBack) {
  flip(*pair.databases, Direction::kSwitch);
  expect(look(pair, Direction::kRollback), "other-sites", kPass);
  pair.new_server.execute("CREATE DATABASE wiki");
  pair.new_server.execute("CREATE TABLE wiki.pages (id INT PRIMARY KEY)");
  const auto checks = look(pair, Direction::kRollback);
  expect(checks, "other-sites", kWarn);
  EXPECT_THAT(named(checks, "other-sites").seen,
              AllOf(HasSubstr("new database"), HasSubstr("schema wiki")));
}

// With a schema and a role each, as a hosting panel makes them.
void add_accounts(harness::DatabaseServer& server, int count) {
  constexpr int kTogether = 250;  // of thousands in one statement MySQL makes a minute
  server.execute("CREATE ROLE customer");
  for (int first = 0; first < count; first += kTogether) {
    std::string names;
    for (int i = first; i < std::min(count, first + kTogether); ++i)
      names += (i == first ? "" : ", ") + ("customer_" + std::to_string(i)) + "@'%'";
    server.execute("CREATE USER " + names);
    server.execute("GRANT customer TO " + names);
  }
  std::string yes;
  for (auto columns = server.number("SELECT COUNT(*) FROM information_schema.COLUMNS WHERE "
                                    "TABLE_SCHEMA = 'mysql' AND TABLE_NAME = 'db'");
       columns > 3; --columns)  // newer releases have more
    yes += ", 'Y'";
  server.execute("INSERT INTO mysql.db SELECT Host, CONCAT(User, '_db'), User" + yes +
                 " FROM mysql.user WHERE User LIKE 'customer\\_%'");
  server.execute("FLUSH PRIVILEGES");
}

TEST(OtherSitesOfAHoster, FiveThousandAccountsCostMilliseconds) {
  Pair pair;
  const auto best_of_three = [&] {
    auto best = std::chrono::milliseconds::max();
    const auto databases = pair.coordinator();
    for (int i = 0; i < 3; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      expect_healthy(databases->preflight(Direction::kSwitch, ""));
      best = std::min(best, std::chrono::duration_cast<std::chrono::milliseconds>(
                                std::chrono::steady_clock::now() - begin));
    }
    return best;
  };
  const auto without = best_of_three();
  add_accounts(pair.old_server, 5000);
  ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server, std::chrono::seconds(60)));
  const auto with = best_of_three();
  RecordProperty("more_ms", static_cast<int>((with - without).count()));
  EXPECT_LT(with - without, std::chrono::milliseconds(600)) << with.count();
}

TEST(OtherWriters, AreTheApplicationsFromElsewhere) {
  Pair pair;
  const auto site = pair.old_server.connect_as(harness::kAppUser, harness::kAppSchema);
  const auto reader = pair.old_server.connect_as(harness::kReplicationUser);
  expect(look(pair), "other-writers", kPass);
  {
    harness::SqlLogin login = pair.old_server.login_of(harness::kAppUser);
    login.from = "127.0.0.9";
    const harness::SqlConnection one(login);
    const harness::SqlConnection two(login);
    const auto checks = look(pair);
    expect(checks, "other-writers", kWarn);
    EXPECT_THAT(named(checks, "other-writers").seen, HasSubstr("app@127.0.0.9 (2)"));
  }
  expect(look(pair), "other-writers", kPass);
}

// A copy of the application's files brings its configuration along.
TEST(OtherWriters, AreTheApplicationOnNewThatStillNamesOldsDatabase) {
  Pair pair;
  pair.site.new_host = "http://127.0.0.9:8080";
  harness::SqlLogin login = pair.old_server.login_of(harness::kAppUser);
  login.from = "127.0.0.9";
  {
    const harness::SqlConnection astray(login);
    const auto checks = look(pair);
    expect(checks, "other-writers", kBlock);
    EXPECT_THAT(named(checks, "other-writers").seen,
                HasSubstr("the application on the new host uses the old database"));
  }
  login = pair.new_server.login_of(harness::kAppUser);
  login.from = "127.0.0.9";
  const harness::SqlConnection right(login);
  expect(look(pair), "other-writers", kPass);
}

TEST(EarlyWriters, AreAtWorkOnTheServerThatIsReadOnly) {
  Pair pair;
  auto early = pair.new_server.connect_as(harness::kAppUser, harness::kAppSchema);
  std::atomic<bool> over = false;
  std::thread job([&] {
    early.execute("DO SLEEP(5)");
    while (!over) {  // asleep almost always, and never for long
      early.execute("DO 0");
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(2500));
  const auto checks = look(pair);
  expect(checks, "early-writers", kWarn);
  EXPECT_THAT(named(checks, "early-writers").seen,
              HasSubstr("new database, which refuses what they write: app@127.0.0.1 (1)"));
  std::this_thread::sleep_for(std::chrono::milliseconds(2500));
  expect(look(pair), "early-writers", kWarn);
  over = true;
  job.join();
  std::this_thread::sleep_for(std::chrono::milliseconds(3100));
  const auto later = look(pair);  // idle for long: a pool of the application there
  expect(later, "early-writers", kPass);
  EXPECT_THAT(named(later, "early-writers").seen, HasSubstr("idle: app@127.0.0.1 (1)"));
}

}  // namespace
}  // namespace cutover
