// SPDX-License-Identifier: Apache-2.0
// The way back when it is not there: what leads back without a loss, what is given up with one, and
// a link that could not be built at the flip and is built later, visitors who would be left behind.
#include <gmock/gmock.h>

#include "tests/harness/http_client.h"
#include "tests/harness/replication.h"
#include "tests/harness/visitors.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using harness::Finished;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

SiteOptions without_a_ring() {
  SiteOptions options;
  options.replication.ring = false;
  return options;
}

// As a person types it.
Finished give_up(const harness::Site& site, const std::string& typed) {
  std::string line = "echo '" + typed + "' |";
  for (const std::string& word :
       site.cutoverctl_command({"rollback", "shop", "--accept-data-loss"}))
    line += " '" + word + "'";
  return harness::run({"/bin/sh", "-c", line});
}

json way_back(Stage& stage) {
  const json seen = stage.site().status().at("way_back");
  return seen.is_null() ? json::object() : seen;
}

// What all say of it: status, its lines, the metric. The rollback itself is for the test.
void expect_told(Stage& stage, bool possible) {
  EXPECT_TRUE(eventually([&] { return way_back(stage).value("possible", !possible) == possible; }))
      << stage.site().status().dump(2);
  harness::HttpClient admin("127.0.0.1", stage.site().admin_port(), "localhost");
  EXPECT_THAT(
      admin.get("/cutover/metrics").body,
      HasSubstr("cutover_way_back_possible{site=\"shop\"} " + std::string(possible ? "1" : "0")));
  EXPECT_THAT(stage.site().cutoverctl({"status"}).output,
              testing::ContainsRegex(possible ? "way back +possible now" : "way back +NOT now"));
}

void write_on(DatabaseServer& server, const std::string& text) {
  server.execute("CREATE TABLE IF NOT EXISTS fantasy.after_the_flip (what VARCHAR(40))");
  server.execute("INSERT INTO fantasy.after_the_flip VALUES ('" + text + "')");
}

std::string events(const harness::Site& site) { return site.cutoverctl({"events", "shop"}).output; }

TEST(WayBack, WithoutALinkItIsOpenUntilNewHasWritten) {
  Stage stage(without_a_ring(), "CutoverReverse Off");
  EXPECT_EQ(stage.site().await_gate(), "");
  EXPECT_TRUE(way_back(stage).empty()) << "old serves";
  const Finished switched = stage.site().cutoverctl({"switch"});
  ASSERT_EQ(switched.exit_code, 0) << switched.output;
  // The site's pages write sessions: nobody asks for one before it goes back.
  EXPECT_TRUE(eventually([&] { return way_back(stage).value("possible", false); }))
      << stage.site().status().dump(2);
  stage.expect_rollback();
}

// As MariaDB comes: what is promised is what a rollback does.
TEST(WayBack, OldNeedNotLogWhatItReplicates) {
  SiteOptions options = without_a_ring();
  options.old_database.settings = {options.old_database.vendor == Vendor::kMariaDb
                                       ? "log_slave_updates=0"
                                       : "log_replica_updates=0"};
  Stage stage(options);
  stage.name_replication_accounts();
  EXPECT_EQ(stage.site().await_gate(), "");
  stage.expect_switch();
  write_on(stage.new_database(), "kept");
  expect_told(stage, true);
  EXPECT_EQ(stage.site().cutoverctl({"preflight"}).exit_code, 0);
  stage.expect_rollback();
  EXPECT_EQ(stage.old_database().number("SELECT COUNT(*) FROM fantasy.after_the_flip"), 1);
}

TEST(WayBack, WhatNewHasWrittenIsNamedAndGivenUpByTypingTheSitesName) {
  Stage stage(without_a_ring(), "CutoverReverse Off");
  harness::Site& site = stage.site();
  EXPECT_EQ(site.await_gate(), "");
  stage.expect_switch();
  write_on(stage.new_database(), "only new knows");
  expect_told(stage, false);
  const Finished refused = site.cutoverctl({"rollback"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.output, AllOf(HasSubstr("old lacks "), HasSubstr("--accept-data-loss")));
  EXPECT_EQ(give_up(site, "yes").exit_code, 1);
  stage.expect_serves("new");
  const Finished given_up = give_up(site, "shop");
  EXPECT_EQ(given_up.exit_code, 0) << given_up.output;
  stage.expect_serves("old");
  EXPECT_THAT(events(site), HasSubstr("data loss accepted"));
  // The command that was printed finds what was given up.
  const auto last = site.status().at("last");
  EXPECT_NE(last.value("lost", ""), "");
  const std::size_t start = given_up.output.find(
      stage.new_database().vendor() == Vendor::kMariaDb ? "mariadb-binlog " : "mysqlbinlog ");
  ASSERT_NE(start, std::string::npos) << given_up.output;
  EXPECT_EQ(stage.old_database().number("SELECT COUNT(*) FROM information_schema.tables WHERE "
                                        "table_name = 'after_the_flip'"),
            0);
  EXPECT_NE(site.cutoverctl({"switch"}).exit_code, 0) << "new has diverged";
}

TEST(WayBack, OneThatCouldNotBeBuiltAtTheFlipIsBuiltLater) {
  Stage stage(without_a_ring());
  stage.name_replication_accounts();
  EXPECT_EQ(stage.site().await_gate(), "");
  const auto password = [](DatabaseServer& server, const std::string& word) {
    server.execute(std::string("ALTER USER '") + harness::kReplicationUser +
                   "'@'%' IDENTIFIED BY '" + word + "'");
  };
  const auto run = stage.run_with([&] { password(stage.old_database(), "changed"); });
  EXPECT_EQ(run->wait(), 0) << run->output();
  stage.expect_serves("new");
  EXPECT_FALSE(harness::replication_runs(stage.old_database()));
  write_on(stage.new_database(), "kept");
  EXPECT_TRUE(eventually([&] { return !way_back(stage).value("possible", true); }));
  EXPECT_THAT(way_back(stage).dump(), HasSubstr("not armed"));
  password(stage.new_database(), harness::kPassword);
  EXPECT_TRUE(eventually([&] { return way_back(stage).value("possible", false); },
                         std::chrono::seconds(40)))
      << stage.site().status().dump(2) << stage.site().old_httpd().error_log();
  stage.expect_rollback();
  EXPECT_EQ(stage.old_database().number("SELECT COUNT(*) FROM fantasy.after_the_flip"), 1);
}

TEST(WayBack, VisitorsWhoComeStraightToTheNewHostAreLeftBehindOnlyByName) {
  Stage stage;
  harness::Site& site = stage.site();
  stage.expect_switch();
  stage.expect_rollback();
  stage.expect_switch();
  harness::VisitorsOptions options;
  options.count = 2;
  options.write_share = 0.5;
  options.port = site.new_port();
  harness::Visitors direct(options);
  direct.start();
  EXPECT_TRUE(eventually([&] { return !way_back(stage).value("possible", true); }))
      << site.status().dump(2);
  EXPECT_THAT(way_back(stage).dump(), HasSubstr("while this host passed nothing on"));
  const Finished refused = site.cutoverctl({"rollback"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.output,
              AllOf(HasSubstr("direct-visitors"), HasSubstr("--despite-direct-visitors")));
  stage.expect_serves("new");
  EXPECT_EQ(direct.failed(), 0U) << "nothing has happened to them";
  const Finished named = site.cutoverctl({"rollback", "--despite-direct-visitors"});
  EXPECT_EQ(named.exit_code, 0) << named.output;
  stage.expect_serves("old");
  direct.stop();
  EXPECT_THAT(events(site), HasSubstr("despite_direct_visitors=true"));
}

// What was received long ago is asked for again when the link breaks, and has been purged by then.
TEST(WayBack, ALinkThatStandsReadyAsksForNothingThatWasPurged) {
  Stage stage;
  harness::Site& site = stage.site();
  EXPECT_EQ(site.await_gate(), "");
  DatabaseServer& old_database = stage.old_database();
  DatabaseServer& new_database = stage.new_database();
  write_on(old_database, "before");
  ASSERT_TRUE(harness::caught_up(old_database, new_database));
  const bool mariadb = new_database.vendor() == Vendor::kMariaDb;
  ASSERT_TRUE(eventually([&] {  // a log that is still read stays
    new_database.execute(mariadb ? "FLUSH BINARY LOGS" : "FLUSH LOCAL BINARY LOGS");
    const auto logs = new_database.connect().named("SHOW BINARY LOGS");
    new_database.execute("PURGE BINARY LOGS TO '" + logs.back().at("Log_name").value() + "'");
    return new_database.connect().named("SHOW BINARY LOGS").size() == 1;
  }));
  old_database.execute(old_database.words().stop_replica);
  old_database.execute(old_database.words().receive_only);
  if (mariadb) {
    // Its log, for the coordinator may have mended the link before anybody asks.
    EXPECT_TRUE(eventually([&] {
      return old_database.error_log().find("1236") != std::string::npos;
    })) << old_database.error_log();
  }
  stage.expect_switch();
  write_on(new_database, "after");
  EXPECT_TRUE(eventually(
      [&] { return old_database.number("SELECT COUNT(*) FROM fantasy.after_the_flip") == 2; }));
  stage.expect_rollback();
}

}  // namespace
}  // namespace cutover::test
