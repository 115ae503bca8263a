// SPDX-License-Identifier: Apache-2.0
// The coordinator is killed while a hook of a run is owed: the next one runs it, and it alone.
#include <gmock/gmock.h>

#include <csignal>

#include "tests/harness/signals.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

// Writes down which hook it was.
class HookLog {
 public:
  HookLog() {
    harness::give_to_web_user(dir_.path());
    harness::write_file(
        program(), "#!/bin/sh\necho \"$CUTOVER_EVENT\" >> " + (dir_ / "log").string() + "\n", 0755);
  }
  std::string program() const { return dir_ / "hook"; }
  std::string text() const {
    return std::filesystem::exists(dir_ / "log") ? harness::read_file(dir_ / "log") : "";
  }
  std::string lines() const {
    return "CutoverHook aborted " + program() + "\nCutoverHook after-switch " + program() +
           "\nCutoverHook after-rollback " + program() + "\n";
  }

 private:
  harness::TempDir dir_{"hook-log"};
};

class Hooks : public testing::Test {
 protected:
  Hooks() { site().old_httpd().expect_crashes(); }

  harness::Site& site() { return stage_.site(); }
  void kill_coordinator() {
    const pid_t before = stage_.coordinator();
    ASSERT_EQ(harness::signal_to(before, SIGKILL), 0);
    ASSERT_TRUE(eventually([&] { return stage_.coordinator() != before; }));
  }
  void expect_log(const std::string& expected) {
    EXPECT_TRUE(eventually([&] { return log_.text() == expected; })) << log_.text();
  }

  HookLog log_;
  Stage stage_{with_relays(), log_.lines()};
};

TEST_F(Hooks, WhatABeforeHookHadBegunIsTakenBackByTheNextCoordinatorOnce) {
  auto run = stage_.run_with([this] { kill_coordinator(); });
  EXPECT_EQ(run->wait(), 4) << run->output();
  expect_log("aborted\n");
  stage_.expect_serves("old");
  EXPECT_EQ(site().await_gate(), "");
  EXPECT_EQ(site().status().at("last").value("outcome", ""), "aborted") << site().status().dump(2);
  kill_coordinator();
  stage_.expect_switch();
  expect_log("aborted\nafter-switch\n");
  kill_coordinator();
  stage_.expect_rollback();
  expect_log("aborted\nafter-switch\nafter-rollback\n");
}

TEST_F(Hooks, ARehearsalThatIsKilledIsFollowedByNone) {
  EXPECT_EQ(site().await_gate(), "");
  std::thread slow = stage_.slow_request(milliseconds(3500));
  Command rehearsal(site(), {"rehearse"});
  EXPECT_TRUE(stage_.reaches_phase("draining"));
  kill_coordinator();
  rehearsal.wait();
  slow.join();
  EXPECT_EQ(site().await_gate(), "");
  stage_.expect_serves("old");
  EXPECT_EQ(log_.text(), "");
}

}  // namespace
}  // namespace cutover::test
