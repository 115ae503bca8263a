// SPDX-License-Identifier: Apache-2.0
// The coordinator is killed at rest and in each phase of a switch: the parent starts another, which
// ends on a decided side with a writable database behind it, and no visitor's request fails.
#include <gmock/gmock.h>

#include <csignal>

#include "tests/harness/signals.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

class Killed : public testing::TestWithParam<const char*> {
 protected:
  static void SetUpTestSuite() {
    play_ = std::make_unique<Play>(with_relays(),
                                   "CutoverDrainTimeout 3s\nCutoverFenceTimeout 3s\n"
                                   "CutoverCatchUpTimeout 3s\nCutoverHoldTimeout 20s\n");
  }
  static void TearDownTestSuite() {
    if (play_) play_->end();
    play_.reset();
  }
  void SetUp() override {
    ASSERT_TRUE(play_);
    site().old_httpd().expect_crashes();
  }

  static Stage& stage() { return play_->stage; }
  static harness::Site& site() { return play_->stage.site(); }
  static void slow_down(milliseconds delay) {
    site().old_database_relay().delay(delay);
    site().new_database_relay().delay(delay);
  }
  static void kill_coordinator() {
    const pid_t before = stage().coordinator();
    ASSERT_EQ(harness::signal_to(before, SIGKILL), 0);
    ASSERT_TRUE(eventually([&] { return stage().coordinator() != before; }));
  }
  static void expect_decided() {
    EXPECT_TRUE(eventually(
        [] {
          const auto now = site().status();
          return now.value("phase", "") == "serving" && now.value("side", "") != "none";
        },
        std::chrono::seconds(20)))
        << site().status().dump(2) << site().old_httpd().error_log();
    stage().expect_serves(site().side());
  }

  static std::unique_ptr<Play> play_;
};
std::unique_ptr<Play> Killed::play_;

TEST_F(Killed, AtRestChangesNothing) {
  kill_coordinator();
  expect_decided();
  EXPECT_EQ(site().side(), "old");
  stage().expect_switch();
  kill_coordinator();
  expect_decided();
  EXPECT_EQ(site().side(), "new");
  stage().expect_rollback();
}

TEST_P(Killed, InAPhaseOfASwitch) {
  const std::string phase = GetParam();
  std::thread slow;
  // So that it is known to be slow, and waited for.
  if (phase == "quieting") stage().slow_request(milliseconds(500)).join();
  auto run = stage().run_with([&] {
    // Each answer of a database takes its time, so that the phase can be met.
    if (phase != "quieting" && phase != "draining") return slow_down(milliseconds(60));
    slow = stage().slow_request(milliseconds(3500));
  });
  const bool reached = stage().reaches_phase(phase);
  EXPECT_TRUE(reached) << run->output();
  const pid_t before = stage().coordinator();
  harness::signal_to(before, SIGKILL);
  slow_down(milliseconds(0));
  EXPECT_TRUE(eventually([&] { return stage().coordinator() != before; }));
  run->wait();
  if (slow.joinable()) slow.join();
  expect_decided();
  const std::string side = site().side();
  if (phase == "releasing") {
    EXPECT_EQ(side, "new");
  } else if (phase != "promoting") {
    EXPECT_EQ(side, "old");
  }
  std::printf("killed while %s: %s serves; cutoverctl said: %s\n", phase.c_str(), side.c_str(),
              run->output().c_str());
  if (side == "old") stage().expect_switch();
  stage().expect_rollback();
}

INSTANTIATE_TEST_SUITE_P(Phases, Killed,
                         testing::Values("quieting", "draining", "fencing", "catching-up",
                                         "promoting", "releasing"),
                         [](const auto& phase) {
                           std::string name = phase.param;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace cutover::test
