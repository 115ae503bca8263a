// SPDX-License-Identifier: Apache-2.0
// Quieting on real servers: while a slow request is waited for, whoever asks for something quick
// is served as ever, who asks for what is slow is held, and then the site moves in a blink.
#include <gmock/gmock.h>

#include <future>

#include "tests/harness/signals.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using testing::HasSubstr;

class Quieting : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    // No other visitors: on a busy machine what they ask for would be slow, too.
    stage_ = std::make_unique<Stage>();
    EXPECT_EQ(site().await_gate(), "");
    // So that it is known to be slow.
    stage().slow_request(milliseconds(500)).join();
  }
  static void TearDownTestSuite() { stage_.reset(); }
  void SetUp() override {
    ASSERT_TRUE(stage_);
    ASSERT_EQ(site().await_gate(), "");
  }

  static Stage& stage() { return *stage_; }
  static harness::Site& site() { return stage_->site(); }
  static double ms_of(const nlohmann::json& run, const std::string& phase) {
    for (const auto& one : run.at("phases"))
      if (one.value("name", "") == phase) return one.value("ms", 0.0);
    return -1;
  }
  static std::int64_t held_now() { return site().status().value("held", -1); }
  static std::string phase() { return site().status().value("phase", ""); }

  static std::unique_ptr<Stage> stage_;
};
std::unique_ptr<Stage> Quieting::stage_;

TEST_F(Quieting, QuickPagesAreServedWhileTheSlowOnesAreHeldOrEnd) {
  for (const std::string from : {"old", "new"}) {
    const std::string to = from == "old" ? "new" : "old";
    std::thread in_flight = stage().slow_request(milliseconds(1800));
    Command command(site(), {from == "old" ? "switch" : "rollback"});
    ASSERT_TRUE(stage().reaches_phase("quieting")) << command.output();
    std::thread held([port = site().port()] {
      EXPECT_EQ(harness::HttpClient("127.0.0.1", port).get("/slow.php?ms=30").body, "slow");
    });
    EXPECT_TRUE(eventually([] { return held_now() == 1; }));
    EXPECT_EQ(stage().ask(), from);
    EXPECT_EQ(phase(), "quieting") << "and all that in the meantime";
    EXPECT_EQ(command.wait(), 0) << command.output();
    held.join();
    in_flight.join();
    stage().expect_serves(to);
    const auto last = site().status().at("last");
    EXPECT_GT(ms_of(last, "quieting"), ms_of(last, "draining")) << last.dump();
    EXPECT_THAT(command.output(), HasSubstr("quieting"));
    ASSERT_EQ(site().await_gate(), "");
  }
}

TEST_F(Quieting, ARehearsalMeasuresItAndTheForecastHasIt) {
  std::thread in_flight = stage().slow_request(milliseconds(1200));
  const auto done = site().cutoverctl({"rehearse"});
  in_flight.join();
  EXPECT_EQ(done.exit_code, 0) << done.output;
  EXPECT_THAT(done.output, HasSubstr("who asks for what takes long up to"));
  const auto status = site().status();
  EXPECT_GT(ms_of(status.at("rehearsal"), "quieting"), 0);
  EXPECT_GT(status.at("forecast").value("quiet_ms", 0.0), 0);
}

// A form of some seconds, in a switch that would end without it after half of that.
TEST_F(Quieting, WhoStillSendsAFormIsNotWaitedForAndItArrivesWhole) {
  harness::TempDir dir("form");
  harness::write_file(dir / "form", std::string(120'000, 'x'));
  for (const auto* host : {&site().old_httpd(), &site().new_httpd()})
    harness::write_file(host->htdocs() / "public/length.php",
                        "<?php echo strlen(file_get_contents('php://input'));");
  std::thread in_flight = stage().slow_request(milliseconds(1500));
  Command command(site(), {"switch"});
  ASSERT_TRUE(stage().reaches_phase("quieting")) << command.output();
  auto form = std::async(std::launch::async, [&] {
    return harness::run({"curl", "-s", "-m", "20", "--limit-rate", "20k", "-H",
                         "Expect:", "--data-binary", "@" + (dir / "form").string(),
                         "http://127.0.0.1:" + std::to_string(site().port()) + "/length.php"})
        .output;
  });
  EXPECT_EQ(command.wait(), 0) << command.output();
  EXPECT_EQ(form.wait_for(milliseconds(300)), std::future_status::timeout) << "still sent";
  stage().expect_serves("new");
  EXPECT_THAT(form.get(), HasSubstr("120000"));
  in_flight.join();
  ASSERT_EQ(site().await_gate(), "");
  stage().expect_rollback();
}

TEST_F(Quieting, ItCanBeAborted) {
  std::thread in_flight = stage().slow_request(milliseconds(1800));
  Command command(site(), {"switch"});
  ASSERT_TRUE(stage().reaches_phase("quieting")) << command.output();
  EXPECT_EQ(site().cutoverctl({"abort"}).exit_code, 0);
  EXPECT_EQ(command.wait(), 1) << command.output();
  in_flight.join();
  EXPECT_TRUE(eventually([] { return held_now() == 0; }));
  stage().expect_serves("old");
}

TEST_F(Quieting, ACoordinatorThatIsKilledMeanwhileLeavesNobodyHeld) {
  std::thread in_flight = stage().slow_request(milliseconds(1800));
  Command command(site(), {"switch"});
  ASSERT_TRUE(stage().reaches_phase("quieting")) << command.output();
  const pid_t killed = stage().coordinator();
  harness::signal_to(killed, SIGKILL);
  EXPECT_NE(command.wait(), 0) << command.output();
  in_flight.join();
  EXPECT_TRUE(eventually([&] { return stage().coordinator() != killed && held_now() == 0; }));
  ASSERT_EQ(site().await_gate(), "");
  stage().expect_serves("old");
}

TEST_F(Quieting, AGracefulMeanwhileChangesNothing) {
  std::thread in_flight = stage().slow_request(milliseconds(1800));
  Command command(site(), {"switch"});
  ASSERT_TRUE(stage().reaches_phase("quieting")) << command.output();
  site().old_httpd().graceful();
  EXPECT_EQ(command.wait(), 0) << command.output();
  in_flight.join();
  stage().expect_serves("new");
  ASSERT_EQ(site().await_gate(), "");
  stage().expect_rollback();
}

}  // namespace
}  // namespace cutover::test
