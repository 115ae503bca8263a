// SPDX-License-Identifier: Apache-2.0
// `CutoverStragglers close` in httpd: whose connection is closed, and when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/harness/eventually.h"
#include "tests/httpd/connection.h"
#include "tests/httpd/echo_server.h"
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
    // The old host's application behind it, with a WebSocket.
    options.vhost = "ProxyPass /cable http://127.0.0.1:" + std::to_string(echo_.port()) +
                    "/ upgrade=websocket\n";
    rig_ = std::make_unique<Rig>(options);
    rig_->start();
  }

  std::unique_ptr<Connection> socket() {
    auto client = std::make_unique<Connection>(rig_->port());
    client->get("/cable",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    EXPECT_THAT(client->read_until("\r\n\r\n"), HasSubstr("101 Switching Protocols"));
    return client;
  }
  static bool echoes(Connection& client, const std::string& words, int limit_ms = 15000) {
    client.send(words);
    return client.read_until(words, limit_ms).find(words) != std::string::npos;
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

  EchoServer echo_;
  std::unique_ptr<Rig> rig_;
  harness::TempDir dir_{"script"};
  const std::string goes_on_ = dir_ / "go";
};

TEST_P(StragglersIn, AWebSocketIsClosedWhenTheOtherSideServes) {
  const auto one = socket();
  const auto other = socket();
  leave_behind_and_hold();
  EXPECT_TRUE(echoes(*one, "while it is not decided."));
  rig_->serve(Side::kNew);
  one->read_all();
  other->read_all();
  EXPECT_TRUE(nobody_in_flight()) << rig_->counts().in_flight;
  EXPECT_EQ(rig_->ask(), "new");
}

TEST_P(StragglersIn, ARunThatIsTurnedBackCutsNobodyOff) {
  const auto client = socket();
  leave_behind_and_hold();
  rig_->serve(Side::kOld);
  EXPECT_THAT(client->read_until("nothing comes", 300), testing::Not(HasSubstr("nothing")));
  EXPECT_TRUE(echoes(*client, "and on it goes."));
  EXPECT_EQ(rig_->counts().in_flight, 1);
}

TEST_P(StragglersIn, WhoWasNotLeftBehindIsLeftAlone) {
  const auto client = socket();
  rig_->serve(Side::kNew);
  EXPECT_THAT(client->read_until("nothing comes", 300), testing::Not(HasSubstr("nothing")));
  EXPECT_TRUE(echoes(*client, "and on it goes."));
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
  EXPECT_THAT(client->read_until("\r\n0\r\n"), HasSubstr("done"));
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
