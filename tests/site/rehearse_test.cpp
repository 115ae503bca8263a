// SPDX-License-Identifier: Apache-2.0
// A rehearsal holds real visitors for as long as a switch would, and changes nothing; what it
// measured, and whom it waited for, is the forecast of the switch.
#include <gmock/gmock.h>

#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using testing::HasSubstr;

class Rehearse : public testing::Test {
 protected:
  static void SetUpTestSuite() { play_ = std::make_unique<Play>(with_relays()); }
  static void TearDownTestSuite() {
    if (play_) play_->end();
    play_.reset();
  }
  void SetUp() override {
    ASSERT_TRUE(play_);
    ASSERT_EQ(site().await_gate(), "");
  }

  static Stage& stage() { return play_->stage; }
  static harness::Site& site() { return play_->stage.site(); }

  static std::unique_ptr<Play> play_;
};
std::unique_ptr<Play> Rehearse::play_;

TEST_F(Rehearse, RequestsWaitForTheSlowestAndTheForecastSaysSo) {
  const auto held = stage().held_ever();
  const auto last = site().status().at("last");
  std::thread slow = stage().slow_request(milliseconds(3000));
  const auto done = site().cutoverctl({"rehearse"});
  slow.join();
  EXPECT_EQ(done.exit_code, 0) << done.output;
  EXPECT_THAT(done.output, HasSubstr("old serves as before"));
  EXPECT_THAT(done.output, HasSubstr("the drain waited for: GET /slow"));
  EXPECT_GT(stage().held_ever(), held) << "visitors came while it went on";
  stage().expect_serves("old");
  const auto status = site().status();
  EXPECT_EQ(status.at("last"), last) << "a rehearsal is no run";
  EXPECT_EQ(status.at("rehearsal").value("outcome", ""), "done");
  EXPECT_EQ(status.at("rehearsal").value("timed_out", -1), 0);
  const auto forecast = status.at("forecast");
  EXPECT_THAT(forecast.value("drain_from", ""), HasSubstr("rehearsed"));
  EXPECT_GT(forecast.value("drain_ms", 0.0), 100) << forecast.dump();
  EXPECT_LT(forecast.value("drain_ms", 0.0), 3000) << forecast.dump();
  EXPECT_THAT(site().cutoverctl({"preflight"}).output, HasSubstr("(rehearsed"));
}

TEST_F(Rehearse, NoHookHearsOfIt) {
  stage().hook().arm();
  const auto done = site().cutoverctl({"rehearse"});
  EXPECT_EQ(done.exit_code, 0) << done.output;
  EXPECT_FALSE(stage().hook().reached());
  stage().hook().go_on();
}

TEST_F(Rehearse, AReplicaThatDoesNotCatchUpIsFoundOutWithoutAFence) {
  site().replication_relay().set(harness::TcpRelay::Mode::kBlackHole);
  const auto done = site().cutoverctl({"rehearse"});
  site().replication_relay().set(harness::TcpRelay::Mode::kPass);
  EXPECT_EQ(done.exit_code, 1) << done.output;
  EXPECT_THAT(done.output, testing::AnyOf(HasSubstr("did not catch up"), HasSubstr("catch-up")));
  stage().expect_serves("old");
  EXPECT_EQ(site().await_gate(), "");
}

TEST_F(Rehearse, ADrainThatTimesOutNamesTheRequest) {
  std::thread slow = stage().slow_request(milliseconds(7500));
  const auto done = site().cutoverctl({"rehearse"});
  EXPECT_EQ(done.exit_code, 1) << done.output;
  EXPECT_THAT(done.output, HasSubstr("still in flight after 3000 ms: GET /slow"));
  EXPECT_THAT(site().cutoverctl({"preflight"}).output, HasSubstr("long-requests"));
  slow.join();
  stage().expect_serves("old");
}

TEST_F(Rehearse, ItCanBeAborted) {
  std::thread slow = stage().slow_request(milliseconds(3500));
  Command rehearsal(site(), {"rehearse"});
  EXPECT_TRUE(stage().reaches_phase("draining"));
  EXPECT_EQ(site().cutoverctl({"abort"}).exit_code, 0);
  EXPECT_EQ(rehearsal.wait(), 1) << rehearsal.output();
  slow.join();
  stage().expect_serves("old");
}

TEST_F(Rehearse, ThenTheSwitchIsAsLongAsForecastAndTheWayBackCanBeRehearsedToo) {
  ASSERT_EQ(site().cutoverctl({"rehearse"}).exit_code, 0);
  stage().expect_switch();
  ASSERT_EQ(site().await_gate(), "");
  const auto back = site().cutoverctl({"rehearse"});
  EXPECT_EQ(back.exit_code, 0) << back.output;
  EXPECT_THAT(back.output, HasSubstr("new serves as before; a rollback would hold"));
  stage().expect_serves("new");
  stage().expect_rollback();
}

}  // namespace
}  // namespace cutover::test
