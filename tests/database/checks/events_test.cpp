// SPDX-License-Identifier: Apache-2.0
// Events run on the side that serves, and on it alone.
#include "tests/database/checks/preflight_checks.h"

namespace cutover {
namespace {

constexpr auto kBlock = CheckVerdict::kBlock;
constexpr auto kWarn = CheckVerdict::kWarn;
constexpr auto kPass = CheckVerdict::kPass;

bool mariadb() { return harness::vendor_of_this_run() == harness::Vendor::kMariaDb; }

void expect_seen(const std::vector<Check>& checks, const std::string& row,
                 const std::string& word) {
  const std::string said = words(named(checks, row));
  EXPECT_NE(said.find(word), std::string::npos) << word << " is not in: " << said;
}

std::string event(const std::string& name) {
  return "CREATE EVENT fantasy." + name +
         " ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' DO DELETE FROM fantasy.rows_ WHERE id = 900";
}

TEST(Events, ThatRunOnTheArrivingServerAlreadyAreNamed) {
  Pair pair({.ring = false});
  auto session = pair.new_server.connect();
  for (const std::string& sql :
       {std::string("SET sql_log_bin=0"), pair.new_server.words().make_writable, event("tidy"),
        std::string("SET GLOBAL event_scheduler=OFF"), pair.new_server.words().make_read_only})
    session.execute(sql);
  // As a dump brings them: nothing runs.
  expect(look(pair), "events-arriving", kPass);
  session.execute("SET GLOBAL event_scheduler=ON");
  const auto checks = look(pair);
  expect(checks, "events-arriving", mariadb() ? kBlock : kPass);
  expect_seen(checks, "events-arriving", "`fantasy`.`tidy`");
}

TEST(Events, ThatReplicationHasDisabledAreToBeEnabledAfterwards) {
  Pair pair;
  expect(look(pair), "events-afterwards", kPass);
  pair.old_server.execute(event("nightly"));
  ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
  auto checks = look(pair);
  expect(checks, "events-afterwards", kWarn);
  expect_seen(checks, "events-afterwards", "ALTER EVENT `fantasy`.`nightly` ENABLE");
  pair.old_server.execute("ALTER EVENT fantasy.nightly DISABLE");
  ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));  // which disables it anew
  auto session = pair.new_server.connect();
  for (const std::string& sql :
       {std::string("SET sql_log_bin=0"), pair.new_server.words().make_writable,
        std::string("ALTER EVENT fantasy.nightly DISABLE"), pair.new_server.words().make_read_only})
    session.execute(sql);
  expect(look(pair), "events-afterwards", kPass);
}

TEST(Events, ASchedulerThatIsOffOnTheArrivingServerIsSaid) {
  Pair pair({.ring = false});
  auto session = pair.new_server.connect();
  pair.old_server.execute("SET GLOBAL event_scheduler=ON");
  session.execute("SET GLOBAL event_scheduler=OFF");
  expect(look(pair), "events-afterwards", kPass);  // there are none
  pair.old_server.execute(event("nightly"));
  ASSERT_TRUE(harness::caught_up(pair.old_server, pair.new_server));
  expect_seen(look(pair), "events-afterwards", "SET GLOBAL event_scheduler=ON on the new");
}

}  // namespace
}  // namespace cutover
