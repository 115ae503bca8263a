// SPDX-License-Identifier: Apache-2.0
// A site whose databases replicate by file and position: there and back under load, and what
// becomes of it when the coordinator dies, when its state is lost, and when new writes by itself.
#include <gmock/gmock.h>

#include <csignal>

#include "tests/harness/replication.h"
#include "tests/harness/signals.h"
#include "tests/harness/visitors.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using testing::HasSubstr;
using testing::Not;

SiteOptions by_file() {
  SiteOptions options;
  options.replication.ring = false;
  options.replication.by_file = true;
  if (options.old_database.vendor == Vendor::kMySql) {
    options.old_database.settings.emplace_back("gtid_mode=OFF");
    options.new_database.settings.emplace_back("gtid_mode=OFF");
  }
  return options;
}

void go_on() { std::this_thread::sleep_for(milliseconds(700)); }

bool armed(DatabaseServer& replica) {
  return eventually([&] { return harness::replication_runs(replica); });
}

std::string checksums(DatabaseServer& server) {
  std::string all;
  for (const auto& row : server.connect().named(
           "SELECT table_name AS t FROM information_schema.tables WHERE table_schema = 'fantasy' "
           "ORDER BY 1"))
    all += row.at("t").value() + "=" +
           server.connect()
               .named("CHECKSUM TABLE fantasy." + row.at("t").value())[0]
               .at("Checksum")
               .value_or("none") +
           " ";
  return all;
}

TEST(ByFile, GoesThereAndBackUnderLoadAndLosesNothing) {
  // Before the visitors: a graceful closes the connections that they keep.
  Play play(by_file(), "", 8, [](Stage& stage) { stage.name_replication_accounts(); });
  Stage& stage = play.stage;
  EXPECT_EQ(stage.site().await_gate(), "");
  EXPECT_THAT(stage.site().cutoverctl({"preflight"}).output, HasSubstr("by file and position"));
  for (int round = 0; round < 3; ++round) {
    go_on();
    stage.expect_switch();
    EXPECT_TRUE(armed(stage.old_database())) << stage.site().old_httpd().error_log();
    go_on();
    stage.expect_rollback();
    EXPECT_TRUE(armed(stage.new_database())) << stage.site().old_httpd().error_log();
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  play.end();
  EXPECT_TRUE(eventually([&] {
    return checksums(stage.old_database()) == checksums(stage.new_database());
  })) << checksums(stage.old_database())
      << "\n"
      << checksums(stage.new_database());
}

TEST(ByFile, ASuccessorGoesOnByTheJournal) {
  Stage stage(by_file());
  stage.name_replication_accounts();
  EXPECT_EQ(stage.site().await_gate(), "");
  stage.expect_switch();
  EXPECT_TRUE(armed(stage.old_database()));
  const pid_t before = stage.coordinator();
  ASSERT_EQ(harness::signal_to(before, SIGKILL), 0);
  EXPECT_TRUE(eventually([&] {
    const pid_t now = stage.site().coordinator();
    return now != 0 && now != before;
  }));
  EXPECT_EQ(stage.site().await_gate(), "");
  stage.expect_serves("new");
  stage.expect_rollback();
  EXPECT_EQ(stage.site().cutoverctl({"status"}).exit_code, 0);
}

// A write of new's own closes the gate, and is found by where its log was.
TEST(ByFile, WhatNewWritesByItselfIsSeen) {
  Stage stage(by_file());
  stage.name_replication_accounts();
  EXPECT_EQ(stage.site().await_gate(), "");
  std::this_thread::sleep_for(milliseconds(500));  // both are known in their roles
  auto root = stage.new_database().connect();
  root.execute(stage.new_database().words().make_writable);
  root.execute("CREATE TABLE fantasy.own (id INT)");
  root.execute(stage.new_database().words().make_read_only);
  EXPECT_TRUE(eventually([&] {
    return stage.site().cutoverctl({"status"}).output.find("writes of its own") !=
           std::string::npos;
  })) << stage.site().cutoverctl({"status"}).output;
  EXPECT_NE(stage.site().cutoverctl({"switch"}).exit_code, 0);
  stage.expect_serves("old");
}

// Without the link nothing tells what old has applied.
TEST(ByFile, NoLossIsAcceptedThatCannotBeCounted) {
  Stage stage(by_file());
  stage.name_replication_accounts();
  EXPECT_EQ(stage.site().await_gate(), "");
  stage.expect_switch();
  EXPECT_TRUE(armed(stage.old_database()));
  stage.old_database().execute(stage.old_database().words().stop_replica);
  stage.old_database().execute(stage.old_database().words().forget_source);
  stage.new_database().execute("CREATE TABLE fantasy.after_the_flip (id INT)");
  std::string line = "echo shop |";
  for (const std::string& word :
       stage.site().cutoverctl_command({"rollback", "shop", "--accept-data-loss"}))
    line += " '" + word + "'";
  const auto refused = harness::run({"/bin/sh", "-c", line});
  EXPECT_EQ(refused.exit_code, 1) << refused.output;
  EXPECT_THAT(refused.output, HasSubstr("by file and position"));
  stage.expect_serves("new");
}

// As the guide has it. MariaDB's new server forgets what it has logged, which is told from a server
// that is built anew by a person alone.
TEST(ByFile, BecomesGtidsBeforeTheCoordinatorsEyes) {
  Stage stage(by_file());
  stage.name_replication_accounts();
  EXPECT_EQ(stage.site().await_gate(), "");
  std::this_thread::sleep_for(milliseconds(500));
  DatabaseServer& new_database = stage.new_database();
  if (new_database.vendor() == Vendor::kMySql) {
    for (const char* step : {"OFF_PERMISSIVE", "ON_PERMISSIVE", "ON"})
      for (auto* server : {&stage.old_database(), &new_database})
        server->execute(std::string("SET GLOBAL gtid_mode=") + step);
    new_database.execute("STOP REPLICA");
    new_database.execute("CHANGE REPLICATION SOURCE TO SOURCE_AUTO_POSITION=1");
    new_database.execute("START REPLICA");
  } else {
    stage.old_database().execute("CREATE TABLE fantasy.moved_on (id INT)");
    EXPECT_TRUE(harness::caught_up(stage.old_database(), new_database));
    for (const char* sql : {"STOP SLAVE", "RESET MASTER",
                            "CHANGE MASTER TO MASTER_USE_GTID=slave_pos", "START SLAVE"})
      new_database.execute(sql);
  }
  stage.old_database().execute("CREATE TABLE fantasy.by_gtid (id INT)");
  EXPECT_TRUE(eventually([&] {
    stage.site().cutoverctl({"resolve", "shop", "old"});  // or nothing is in doubt
    return stage.site().await_gate(milliseconds(500)).empty();
  })) << stage.site().cutoverctl({"status"}).output;
  EXPECT_THAT(stage.site().cutoverctl({"preflight"}).output,
              Not(HasSubstr("by file and position nothing tells")));
  stage.expect_switch();
  EXPECT_TRUE(armed(stage.old_database())) << stage.site().old_httpd().error_log();
  stage.expect_rollback();
}

}  // namespace
}  // namespace cutover::test
