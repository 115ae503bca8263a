// SPDX-License-Identifier: Apache-2.0
// switch --wait and rollback --wait on real servers: when it is time, through a block that clears,
// over a graceful, and not after a death, an abort or its end.
#include <gmock/gmock.h>

#include "tests/harness/signals.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

class Armed : public testing::Test {
 protected:
  Armed() { EXPECT_EQ(site().await_gate(), ""); }
  harness::Site& site() { return stage_.site(); }

  void arm(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin() + 1, "--wait");
    const auto armed = site().cutoverctl(arguments);
    EXPECT_EQ(armed.exit_code, 0) << armed.output;
    EXPECT_THAT(armed.output, HasSubstr("armed: "));
  }
  std::string waits_for() {
    const auto armed = site().status().at("armed");
    return armed.is_null() ? "" : armed.value("waits_for", "");
  }
  bool waits_for(const std::string& words, milliseconds limit = seconds(20)) {
    return eventually([&] { return waits_for().find(words) != std::string::npos; }, limit);
  }
  bool disarmed(const std::string& why) {
    return eventually([&] {
      const auto told = site().status().at("disarmed");
      return !told.is_null() && told.value("why", "").find(why) != std::string::npos;
    });
  }
  bool moves(const std::string& side) {
    return eventually([&] { return site().side() == side; }, seconds(40));
  }
  // Nobody was held, and nothing has moved.
  void expect_untouched() {
    EXPECT_EQ(stage_.held_ever(), 0U);
    stage_.expect_serves("old");
  }

  Stage stage_;
};

TEST_F(Armed, ForATimeItGoesThenAndNotBefore) {
  arm({"switch", "--at", "+8s", "--until", "+10m"});
  EXPECT_TRUE(waits_for("its time"));
  expect_untouched();
  EXPECT_TRUE(moves("new"));
  stage_.expect_serves("new");
  EXPECT_EQ(site().await_gate(), "");
  EXPECT_EQ(site().status().at("last").value("outcome", ""), "done");
  EXPECT_TRUE(site().status().at("armed").is_null());
  EXPECT_THAT(site().cutoverctl({"events"}).output, HasSubstr("armed by"));
  arm({"rollback"});
  EXPECT_TRUE(moves("old"));
  stage_.expect_serves("old");
}

TEST_F(Armed, ABlockIsWaitedOut) {
  stage_.new_database().execute(stage_.new_database().words().stop_replica);
  EXPECT_TRUE(eventually([&] { return !site().status().at("gate").value("open", true); }));
  arm({"switch"});
  EXPECT_TRUE(waits_for("the gate: "));
  expect_untouched();
  stage_.new_database().execute(stage_.new_database().words().start_replica);
  EXPECT_TRUE(moves("new"));
  stage_.expect_serves("new");
}

TEST_F(Armed, OutlivesGracefulsAndGoesInTheLastOne) {
  arm({"switch", "--at", "+8s"});
  const auto until = site().status().at("armed").at("until");
  for (int graceful = 0; graceful < 3; ++graceful) {
    const pid_t before = stage_.coordinator();
    site().graceful();
    EXPECT_TRUE(eventually([&] { return stage_.coordinator() != before; }));
    EXPECT_TRUE(eventually([&] {
      const auto armed = site().status().at("armed");  // none where no coordinator answers yet
      return site().side() == "new" || (!armed.is_null() && armed.at("until") == until);
    })) << site().old_httpd().error_log();
  }
  EXPECT_TRUE(moves("new"));
  stage_.expect_serves("new");
  EXPECT_TRUE(site().old_httpd().logs("CUT0342"));
}

TEST_F(Armed, ADeadCoordinatorAChangedSettingAndAStopDisarmAndItIsSaid) {
  arm({"switch", "--at", "+1h"});
  harness::signal_to(stage_.coordinator(), SIGKILL);
  EXPECT_TRUE(disarmed("died"));
  EXPECT_TRUE(site().old_httpd().logs("CUT0344"));
  EXPECT_EQ(site().await_gate(), "");

  arm({"switch", "--at", "+1h"});
  stage_.configure("CutoverDrainTimeout", "CutoverDrainTimeout 2s");
  site().graceful();
  EXPECT_TRUE(disarmed("settings were changed"));

  EXPECT_EQ(site().await_gate(), "");
  arm({"switch", "--at", "+1h"});
  site().old_httpd().stop();
  site().old_httpd().start();
  EXPECT_TRUE(disarmed("httpd was stopped"));
  EXPECT_EQ(site().await_gate(), "");
  stage_.expect_serves("old");
}

TEST_F(Armed, OfARunThatItBecameADeathOrAnAbortIsTheEnd) {
  stage_.hook().arm();
  arm({"switch"});
  EXPECT_TRUE(stage_.hook().reached());
  harness::signal_to(stage_.coordinator(), SIGKILL);
  stage_.hook().go_on();
  EXPECT_EQ(site().await_gate(), "");
  std::this_thread::sleep_for(seconds(2));
  expect_untouched();
  EXPECT_TRUE(site().status().at("armed").is_null());

  stage_.hook().arm();
  arm({"switch"});
  EXPECT_TRUE(stage_.hook().reached());
  Command abort(site(), {"abort"});
  EXPECT_TRUE(eventually([&] {
    return site().cutoverctl({"events"}).output.find("abort asked") != std::string::npos;
  }));
  stage_.hook().go_on();
  EXPECT_EQ(abort.wait(), 0) << abort.output();
  expect_untouched();
  EXPECT_TRUE(site().status().at("armed").is_null());
}

TEST_F(Armed, AnAbortDisarmsAndSoDoesItsEnd) {
  arm({"switch", "--at", "+1h"});
  const auto second = site().cutoverctl({"switch", "--wait"});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.output, HasSubstr("armed already"));
  const auto aborted = site().cutoverctl({"abort"});
  EXPECT_EQ(aborted.exit_code, 0) << aborted.output;
  EXPECT_TRUE(disarmed("it was aborted"));
  EXPECT_EQ(site().cutoverctl({"abort"}).exit_code, 1);

  stage_.new_database().execute(stage_.new_database().words().stop_replica);
  EXPECT_TRUE(eventually([&] { return !site().status().at("gate").value("open", true); }));
  arm({"switch", "--until", "+4s"});
  EXPECT_TRUE(disarmed("its time is over"));
  stage_.new_database().execute(stage_.new_database().words().start_replica);
  EXPECT_EQ(site().await_gate(), "");
  std::this_thread::sleep_for(seconds(2));
  expect_untouched();
}

}  // namespace
}  // namespace cutover::test
