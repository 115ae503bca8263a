// SPDX-License-Identifier: Apache-2.0
// CutoverServe: a changed word runs the gated switch, once; and the decided side outlives restarts.
#include <gmock/gmock.h>

#include <thread>

#include "tests/harness/signals.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using testing::HasSubstr;

constexpr auto kToRefuse = std::chrono::seconds(15);

class Toggle : public testing::Test {
 protected:
  void serve(const std::string& side) {
    stage_.configure("CutoverServe", side.empty() ? "" : "CutoverServe " + side);
    EXPECT_EQ(site().old_httpd().configtest().exit_code, 0);
    site().old_httpd().graceful();
  }
  // Long enough for a switch that nobody wants.
  void expect_still(const std::string& side) {
    EXPECT_EQ(site().await_gate(), "");
    std::this_thread::sleep_for(milliseconds(1500));
    stage_.expect_serves(side);
  }
  harness::Site& site() { return stage_.site(); }

  Stage stage_;
};

TEST_F(Toggle, MovesTheSiteAndNeverUndoesWhatTheCommandDid) {
  EXPECT_EQ(site().await_gate(), "");
  serve("new");
  stage_.expect_serves("new");
  site().old_httpd().graceful();
  expect_still("new");
  stage_.expect_rollback();
  site().old_httpd().graceful();
  expect_still("old");
  site().old_httpd().restart();
  expect_still("old");
  serve("old");
  expect_still("old");
  serve("new");
  stage_.expect_serves("new");
  serve("old");
  stage_.expect_serves("old");
  stage_.expect_switch();
  serve("");
  expect_still("new");
  EXPECT_THAT(site().cutoverctl({"events"}).output, HasSubstr("CutoverServe new"));
}

TEST_F(Toggle, ThatIsRefusedSaysWhyAndTheSiteStays) {
  EXPECT_EQ(site().await_gate(), "");
  stage_.new_database().execute(stage_.new_database().words().stop_replica);
  serve("new");
  // The old coordinator's last look, the new host's probe and the checks may take 2, 2 and 5 s.
  EXPECT_TRUE(site().old_httpd().logs("CutoverServe new was not carried out", kToRefuse))
      << site().old_httpd().error_log();
  EXPECT_TRUE(site().old_httpd().logs("replication-threads"));
  EXPECT_THAT(site().cutoverctl({"status"}).output, HasSubstr("replication-threads"));
  EXPECT_EQ(site().status().at("last").value("outcome", ""), "refused");
  stage_.expect_serves("old");
  EXPECT_EQ(stage_.held_ever(), 0U);
  stage_.new_database().execute(stage_.new_database().words().start_replica);
  site().old_httpd().graceful();
  expect_still("old");
  stage_.expect_switch();
}

TEST(Restart, KeepsTheSide) {
  Stage stage;
  harness::Httpd& httpd = stage.site().old_httpd();
  stage.expect_switch();
  httpd.restart();
  stage.expect_serves("new");
  httpd.graceful();
  stage.expect_serves("new");
  httpd.stop();
  httpd.start();
  stage.expect_serves("new");
  stage.expect_rollback();
  httpd.stop();
  httpd.start();
  stage.expect_serves("old");
}

// The coordinator that leaves may have the command's connection already.
TEST(Restart, ACommandInTheMiddleOfAGracefulIsCarriedOutOnce) {
  Stage stage;
  harness::Httpd& httpd = stage.site().old_httpd();
  EXPECT_EQ(stage.site().await_gate(), "");
  for (int round = 0; round < 6; ++round) {
    const std::string verb = round % 2 == 0 ? "switch" : "rollback";
    std::thread graceful([&] { httpd.graceful(); });
    std::this_thread::sleep_for(milliseconds(8 * round));
    const auto done = stage.site().cutoverctl({verb});
    graceful.join();
    EXPECT_EQ(done.exit_code, 0) << done.output << httpd.error_log();
    stage.expect_serves(round % 2 == 0 ? "new" : "old");
  }
}

TEST(Restart, AfterAKillOfEverythingKeepsTheSide) {
  Stage stage;
  harness::Httpd& httpd = stage.site().old_httpd();
  stage.expect_switch();
  auto all = httpd.children();
  all.push_back(stage.coordinator());
  httpd.kill_parent();
  for (const pid_t pid : all) harness::signal_to(pid, SIGKILL);
  EXPECT_TRUE(eventually([&] {
    return std::none_of(all.begin(), all.end(),
                        [](pid_t pid) { return !harness::command_line(pid).empty(); });
  }));
  httpd.start();
  stage.expect_serves("new");
  stage.expect_rollback();
}

}  // namespace
}  // namespace cutover::test
