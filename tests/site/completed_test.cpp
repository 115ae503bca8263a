// SPDX-License-Identifier: Apache-2.0
// The end of a move: refused while it is not over, and for good once it is. Nothing of it is left
// on the servers, and whoever still comes is passed on, whatever becomes of the databases.
#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>

#include "mod_cutover/state/journal_file.h"
#include "mod_cutover/wire/strays_json.h"
#include "tests/harness/http_client.h"
#include "tests/harness/signals.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using harness::Finished;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

// As a person types it.
Finished complete(const harness::Site& site, const std::string& typed = "shop",
                  const std::string& option = "") {
  std::vector<std::string> words = site.cutoverctl_command({"complete", "shop"});
  if (!option.empty()) words.push_back(option);
  std::string line = "echo '" + typed + "' |";
  for (const std::string& word : words) line += " '" + word + "'";
  return harness::run({"/bin/sh", "-c", line});
}

// httpd starts anew after a day in which, as it has written down, nobody came.
void a_quiet_day(Stage& stage) {
  harness::Httpd& httpd = stage.site().old_httpd();
  httpd.stop();
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t hour = std::chrono::duration_cast<std::chrono::hours>(now).count();
  std::string text;
  for (StrayHour each{hour - 30, 0, {}, {}, {}}; each.hour <= hour; ++each.hour)
    text += to_json(each).dump() + "\n";
  harness::write_file(stage.site().state_dir() / "shop.strays", text);
  httpd.start();
  EXPECT_EQ(stage.site().await_gate(), "");
}

JournalRecord journal(Stage& stage) {
  return read_journal((stage.site().state_dir() / "shop.journal").string()).record;
}

json completed(Stage& stage) { return stage.site().status().at("completed"); }

void expect_no_link(DatabaseServer& server) {
  const bool mariadb = server.vendor() == Vendor::kMariaDb;
  EXPECT_TRUE(
      server.connect().named(mariadb ? "SHOW ALL SLAVES STATUS" : "SHOW REPLICA STATUS").empty());
}

void expect_nothing_kept(DatabaseServer& server) {
  expect_no_link(server);
  if (server.vendor() == Vendor::kMariaDb) return;
  EXPECT_EQ(server.number("SELECT COUNT(*) FROM performance_schema.persisted_variables WHERE "
                          "VARIABLE_NAME LIKE '%read_only'"),
            0);
}

TEST(Completed, IsRefusedWhileOldServesOrSomebodyStillComes) {
  Stage stage;
  harness::Site& site = stage.site();
  EXPECT_EQ(site.await_gate(), "");
  const Finished early = complete(site);
  EXPECT_EQ(early.exit_code, 1);
  EXPECT_THAT(early.output, HasSubstr("old serves: there is no move that could be over"));
  stage.expect_switch();
  const Finished visited = complete(site);
  EXPECT_EQ(visited.exit_code, 1);
  EXPECT_THAT(visited.output, HasSubstr("came by this host in the last 24 hours"));
  a_quiet_day(stage);
  EXPECT_EQ(complete(site, "shops").exit_code, 1) << "another site's name";
  EXPECT_TRUE(completed(stage).is_null());
  EXPECT_FALSE(journal(stage).completed());
  stage.expect_rollback();
}

TEST(Completed, NothingOfTheMoveIsLeftAndNothingLeadsBack) {
  Stage stage;
  harness::Site& site = stage.site();
  stage.expect_switch();
  a_quiet_day(stage);
  const Finished done = complete(site);
  ASSERT_EQ(done.exit_code, 0) << done.output << site.old_httpd().error_log();
  EXPECT_THAT(done.output, AllOf(HasSubstr("new serves for good"), HasSubstr("Not yet:"),
                                 HasSubstr("May be turned off"), HasSubstr("old database server")));
  EXPECT_TRUE(eventually([&] { return completed(stage).is_string(); })) << site.status().dump(2);
  EXPECT_TRUE(journal(stage).completed());
  EXPECT_FALSE(journal(stage).clearing_owed) << site.old_httpd().error_log();
  for (const char* verb : {"rollback", "switch", "rehearse", "preflight"}) {
    const Finished refused = site.cutoverctl({verb});
    EXPECT_EQ(refused.exit_code, 1) << verb;
    EXPECT_THAT(refused.output, HasSubstr("the move was completed")) << verb;
  }
  EXPECT_THAT(site.cutoverctl({"resolve", "shop", "old", "--other-is-down"}).output,
              HasSubstr("the move was completed"));
  EXPECT_THAT(site.cutoverctl({"status"}).output, HasSubstr("new serves for good, completed "));
  EXPECT_THAT(site.cutoverctl({"events", "shop"}).output,
              AllOf(HasSubstr("completed"), HasSubstr("cleared")));
  harness::HttpClient admin("127.0.0.1", site.admin_port(), "localhost");
  EXPECT_THAT(admin.get("/cutover/metrics").body, HasSubstr("cutover_completed{site=\"shop\"} 1"));
  for (DatabaseServer* server : {&stage.old_database(), &stage.new_database()}) {
    expect_nothing_kept(*server);
    server->restart();
    expect_nothing_kept(*server);
  }
  EXPECT_EQ(
      stage.new_database().number("SELECT COUNT(*) FROM mod_cutover.served WHERE serves = 'new'"),
      0);
  EXPECT_FALSE(stage.new_database().read_only());
  EXPECT_EQ(stage.ask(), "new");
  EXPECT_EQ(complete(site).exit_code, 0) << "asked again it says the same";
}

// The databases may be gone, and httpd goes on passing on.
TEST(Completed, HttpdRoutesToNewForGoodAndAsksNoDatabase) {
  Stage stage;
  harness::Site& site = stage.site();
  stage.expect_switch();
  a_quiet_day(stage);
  ASSERT_EQ(complete(site).exit_code, 0) << site.old_httpd().error_log();
  stage.old_database().stop();
  site.old_httpd().stop();
  site.old_httpd().start();
  EXPECT_EQ(stage.ask(), "new");
  EXPECT_TRUE(eventually([&] { return completed(stage).is_string(); })) << site.status().dump(2);
  EXPECT_EQ(site.status().value("doubt", "?"), "");
  for (const char* line : {"CutoverOldDatabase", "CutoverNewDatabase"}) stage.configure(line, "");
  site.graceful();
  EXPECT_EQ(stage.ask(), "new");
  EXPECT_THAT(site.cutoverctl({"rollback"}).output, HasSubstr("the move was completed"));
  stage.old_database().start();
}

TEST(Completed, AnOldServerThatIsOffIsGivenUpByName) {
  Stage stage;
  harness::Site& site = stage.site();
  stage.expect_switch();
  a_quiet_day(stage);
  stage.old_database().stop();
  const Finished refused = complete(site);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.output, HasSubstr("--other-is-down"));
  const Finished done = complete(site, "shop", "--other-is-down");
  EXPECT_EQ(done.exit_code, 0) << done.output;
  expect_no_link(stage.new_database());
  EXPECT_EQ(stage.ask(), "new");
  stage.old_database().start();
}

// What was recorded and not done is the next coordinator's.
TEST(Completed, ADeathInTheMiddleIsFinishedByTheNextCoordinator) {
  Stage stage;
  harness::Site& site = stage.site();
  stage.expect_switch();
  a_quiet_day(stage);
  auto locker = stage.new_database().connect();
  locker.execute("LOCK TABLES mod_cutover.served WRITE");
  const Finished begun = complete(site);
  EXPECT_EQ(begun.exit_code, 0) << begun.output;
  EXPECT_THAT(begun.output, HasSubstr("not yet taken away"));
  EXPECT_TRUE(journal(stage).completed());
  EXPECT_TRUE(journal(stage).clearing_owed);
  site.old_httpd().expect_crashes();
  const pid_t first = stage.coordinator();
  harness::signal_to(first, SIGKILL);
  EXPECT_TRUE(eventually([&] { return site.coordinator() > 0 && site.coordinator() != first; },
                         std::chrono::seconds(20)));
  EXPECT_EQ(stage.ask(), "new");
  EXPECT_THAT(site.cutoverctl({"rollback"}).output, HasSubstr("the move was completed"));
  locker.execute("UNLOCK TABLES");
  EXPECT_TRUE(eventually([&] { return !journal(stage).clearing_owed; }, std::chrono::seconds(40)))
      << site.old_httpd().error_log();
  expect_nothing_kept(stage.old_database());
  expect_nothing_kept(stage.new_database());
}

}  // namespace
}  // namespace cutover::test
