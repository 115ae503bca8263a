// SPDX-License-Identifier: Apache-2.0
// `CutoverStragglers close` in httpd: whose connection is closed, and when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/harness/eventually.h"
#include "tests/httpd/connection.h"
#include "tests/httpd/parking.h"

namespace cutover::test {
namespace {

using harness::eventually;
using testing::HasSubstr;

class StragglersIn : public testing::TestWithParam<Mpm> {
 protected:
  StragglersIn() {
    RigOptions options;
    options.mpm = GetParam();
    options.site =
        "CutoverStragglers close\nCutoverHoldTimeout 30s\n"
        "CutoverOldDatabase old.cnf\nCutoverNewDatabase new.cnf\n";
    rig_ = std::make_unique<Rig>(options);
    rig_->start();
  }

  // A script on the old host that ends when a file is there.
  std::unique_ptr<Connection> script() {
    auto client = std::make_unique<Connection>(rig_->port());
    client->get("/cgi/slow?" + goes_on_);
    EXPECT_TRUE(eventually([this] { return std::filesystem::exists(goes_on_ + ".begun"); }));
    return client;
  }
  void let_script_end() { harness::write_file(goes_on_, ""); }
  bool nobody_in_flight() {
    return eventually([this] { return rig_->counts().in_flight == 0; });
  }
  // What a switch does with those whom it does not wait for.
  void leave_behind_and_hold() {
    rig_->hold(AtDeadline::kOld);
    rig_->leave_behind();
    rig_->hold(AtDeadline::kRefuse);
  }

  std::unique_ptr<Rig> rig_;
  harness::TempDir dir_{"script"};
  const std::string goes_on_ = dir_ / "go";
};

TEST_P(StragglersIn, ARunThatIsTurnedBackCutsNobodyOff) {
  harness::give_to_web_user(dir_.path());
  const auto client = script();
  leave_behind_and_hold();
  rig_->serve(Side::kOld);
  EXPECT_THAT(client->read_until("nothing comes", 300), testing::Not(HasSubstr("nothing")));
  let_script_end();
  EXPECT_THAT(client->read_until("done"), HasSubstr("done"));
}

TEST_P(StragglersIn, WhoWasNotLeftBehindIsLeftAlone) {
  harness::give_to_web_user(dir_.path());
  const auto client = script();
  rig_->serve(Side::kNew);
  EXPECT_THAT(client->read_until("nothing comes", 300), testing::Not(HasSubstr("nothing")));
  let_script_end();
  EXPECT_THAT(client->read_until("done"), HasSubstr("done"));
}

TEST_P(StragglersIn, AScriptsVisitorIsCutOffAndTheScriptEndsByItself) {
  harness::give_to_web_user(dir_.path());
  const auto client = script();
  leave_behind_and_hold();
  rig_->serve(Side::kNew);
  EXPECT_THAT(client->read_all(), testing::Not(HasSubstr("done")));
  let_script_end();
  EXPECT_TRUE(nobody_in_flight()) << rig_->counts().in_flight;
}

TEST_P(StragglersIn, WhoEndsBeforeTheFlipKeepsHisConnection) {
  harness::give_to_web_user(dir_.path());
  const auto client = script();
  leave_behind_and_hold();
  let_script_end();
  EXPECT_THAT(client->read_until("done\n"), HasSubstr("done"));
  client->get("/who.txt");
  ASSERT_TRUE(rig_->eventually_held(1)) << "on the same connection";
  rig_->serve(Side::kNew);
  EXPECT_THAT(client->read_until("\r\n\r\nnew"), HasSubstr("\r\n\r\nnew"));
  EXPECT_THAT(client->read_until("nothing comes", 300), testing::Not(HasSubstr("nothing")));
  client->get("/who.txt?again");
  EXPECT_TRUE(eventually([&] { return rig_->counts().served[1] == 2; }));
}

INSTANTIATE_TEST_SUITE_P(Mpms, StragglersIn,
                         testing::Values(Mpm::kEvent, Mpm::kWorker, Mpm::kPrefork));

}  // namespace
}  // namespace cutover::test
