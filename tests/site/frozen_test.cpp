// SPDX-License-Identifier: Apache-2.0
// The coordinator is stopped in the middle of a run, with requests held: httpd ends it, its
// successor recovers, and those that were held are served.
#include <gmock/gmock.h>

#include <csignal>
#include <future>

#include "tests/harness/signals.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using std::chrono::seconds;

TEST(FrozenInARun, WhoIsHeldIsServedByTheSuccessor) {
  Stage stage(with_relays(),
              "CutoverDrainTimeout 3s\nCutoverFenceTimeout 3s\nCutoverCatchUpTimeout 20s\n"
              "CutoverHoldTimeout 50s\n");
  harness::Site& site = stage.site();
  site.old_httpd().expect_crashes();
  ASSERT_EQ(site.await_gate(), "");
  auto run = stage.run_with([&] {
    site.old_database_relay().delay(milliseconds(60));
    site.new_database_relay().delay(milliseconds(60));
  });
  ASSERT_TRUE(stage.reaches_phase("catching-up")) << run->output();
  const pid_t before = stage.coordinator();
  ASSERT_EQ(harness::signal_to(before, SIGSTOP), 0);
  site.old_database_relay().delay(milliseconds(0));
  site.new_database_relay().delay(milliseconds(0));
  auto held = std::async(std::launch::async, [&] { return stage.ask(); });
  EXPECT_TRUE(eventually([&] { return harness::gone(before); }, seconds(30)));
  EXPECT_EQ(held.get(), "old") << site.old_httpd().error_log();
  EXPECT_TRUE(site.old_httpd().logs("CUT0016"));
  run->wait();
  EXPECT_EQ(site.await_gate(), "");
  stage.expect_switch();
}

}  // namespace
}  // namespace cutover::test
