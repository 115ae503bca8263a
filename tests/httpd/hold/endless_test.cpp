// SPDX-License-Identifier: Apache-2.0
// Requests that never end: who is one, that no drain waits for it, and when its connection is
// closed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "tests/harness/eventually.h"
#include "tests/httpd/connection.h"
#include "tests/httpd/echo_server.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using harness::eventually;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kUpgrade =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
// A script that ends when the file is there that its query names; it makes one when it begins.
constexpr const char* kLive = R"(#!/bin/sh
touch "$QUERY_STRING.begun"
printf 'Content-Type: text/plain\r\n\r\n'
while [ ! -e "$QUERY_STRING" ]; do sleep 0.02; done
echo done
)";
// As much as a run waits for.
constexpr milliseconds kSoon{250};

class EndlessIn : public testing::TestWithParam<Mpm> {
 protected:
  EndlessIn() {
    RigOptions options;
    options.mpm = GetParam();
    options.site = "CutoverHoldTimeout 30s\nCutoverStreams /cgi/live Text/Event-Stream\n";
    options.load = {"proxy_wstunnel"};
    const std::string cable = "ProxyPass /cable http://127.0.0.1:" + std::to_string(echo_.port()) +
                              "/ upgrade=websocket\n";
    // The old host's application is behind it, the new host's too.
    options.vhost = cable + "ProxyPass /feed http://127.0.0.1:" + std::to_string(feed_.port()) +
                    "/\n" + tunnel();
    options.new_server = cable;
    rig_ = std::make_unique<Rig>(options);
    harness::write_file(rig_->old_host().directory() / "cgi/live", kLive, 0755);
    rig_->start();
  }
  // By mod_proxy_wstunnel itself, which mod_proxy_http does the work of since 2.4.47.
  std::string tunnel() const {
    return "ProxyPass /tunnel ws://127.0.0.1:" + std::to_string(echo_.port()) +
           "/\nProxyWebsocketFallbackToProxyHttp Off\n";
  }

  std::unique_ptr<Connection> asks(const std::string& path, const std::string& more = "") {
    auto client = std::make_unique<Connection>(rig_->port());
    client->get(path, more);
    return client;
  }
  std::unique_ptr<Connection> socket(const std::string& path = "/cable") {
    auto client = asks(path, kUpgrade);
    EXPECT_THAT(client->read_until("\r\n\r\n"), HasSubstr("101 Switching Protocols"));
    return client;
  }
  static bool echoes(Connection& client, const std::string& words) {
    client.send(words);
    return client.read_until(words).find(words) != std::string::npos;
  }
  void seal() {
    rig_->hold(AtDeadline::kOld);
    rig_->hold(AtDeadline::kRefuse);
  }
  void expect_none_is_left(Side side = Side::kOld) {
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_TRUE(eventually([&] { return rig_->endless(side) == 0; })) << rig_->endless(side);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, kSoon);
  }

  EchoServer echo_;
  EchoServer feed_{
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\ndata: first\n\n"};
  std::unique_ptr<Rig> rig_;
  harness::TempDir dir_{"script"};
  const std::string goes_on_ = dir_ / "go";
};

TEST_P(EndlessIn, AWebSocketIsNotInFlight) {
  const auto client = socket();
  EXPECT_EQ(rig_->endless(Side::kOld), 1);
  EXPECT_EQ(rig_->counts().endless, 1);
  EXPECT_EQ(rig_->counts().in_flight, 0);
  EXPECT_TRUE(rig_->notes().empty());
  client->close();
  expect_none_is_left();
  EXPECT_EQ(rig_->counts().in_flight, 0);
}

TEST_P(EndlessIn, ItIsClosedBehindTheSealAndNotBefore) {
  const auto client = socket();
  const auto other = socket("/tunnel");
  EXPECT_EQ(rig_->endless(Side::kOld), 2);
  seal();
  EXPECT_TRUE(echoes(*client, "while nothing was ordered."));
  rig_->close_endless(Side::kNew);
  EXPECT_TRUE(echoes(*client, "and while those of the other side are closed."));
  rig_->close_endless(Side::kOld);
  client->read_all();
  other->read_all();
  expect_none_is_left();
}

TEST_P(EndlessIn, ARunThatIsTurnedBackCutsNobodyOff) {
  const auto client = socket();
  seal();
  rig_->serve(Side::kOld);
  EXPECT_TRUE(echoes(*client, "and on it goes."));
  EXPECT_EQ(rig_->endless(Side::kOld), 1);
}

TEST_P(EndlessIn, AnOrderIsOfItsOwnSealAlone) {
  seal();
  rig_->close_endless(Side::kOld);
  rig_->serve(Side::kOld);
  const auto client = socket();
  seal();
  EXPECT_THAT(client->read_until("nothing comes", 200), Not(HasSubstr("nothing")));
  EXPECT_TRUE(echoes(*client, "and on it goes."));
}

TEST_P(EndlessIn, ItsClientComesAgainAndGoesToTheOtherSide) {
  const auto client = socket();
  seal();
  rig_->close_endless(Side::kOld);
  client->read_all();
  const auto again = asks("/cable", kUpgrade);
  ASSERT_TRUE(rig_->eventually_held(1));
  rig_->serve(Side::kNew);
  EXPECT_THAT(again->read_until("\r\n\r\n"), HasSubstr("101 Switching Protocols"));
  EXPECT_TRUE(echoes(*again, "from the other side."));
  EXPECT_EQ(rig_->endless(Side::kNew), 1);
  EXPECT_EQ(rig_->endless(Side::kOld), 0);
}

TEST_P(EndlessIn, WithoutAnOrderItIsClosedWhenTheOtherSideServes) {
  const auto client = socket();
  rig_->serve(Side::kNew);
  client->read_all();
  expect_none_is_left();
  const auto routed = socket();
  EXPECT_EQ(rig_->endless(Side::kNew), 1);
  rig_->serve(Side::kOld);
  routed->read_all();
  expect_none_is_left(Side::kNew);
}

TEST_P(EndlessIn, WhatIsNotUpgradedIsInFlight) {
  harness::give_to_web_user(dir_.path());
  const auto client = asks("/cgi/slow?" + goes_on_, kUpgrade);
  ASSERT_TRUE(eventually([this] { return std::filesystem::exists(goes_on_ + ".begun"); }));
  EXPECT_EQ(rig_->counts().in_flight, 1);
  EXPECT_EQ(rig_->counts().endless, 0);
  harness::write_file(goes_on_, "");
  EXPECT_THAT(client->read_until("done"), HasSubstr("done"));
  EXPECT_TRUE(eventually([&] { return rig_->counts().in_flight == 0; }));
}

// The origin says nothing meanwhile, so that mod_proxy would not notice the end of the client.
TEST_P(EndlessIn, AStreamByItsType) {
  const auto client = asks("/feed");
  EXPECT_THAT(client->read_until("data: first\n\n"), HasSubstr("data: first"));
  EXPECT_EQ(rig_->endless(Side::kOld), 1);
  EXPECT_EQ(rig_->counts().in_flight, 0);
  seal();
  rig_->close_endless(Side::kOld);
  client->read_all();
  expect_none_is_left();
}

// A script that says nothing to the end is not ended by the end of its client.
TEST_P(EndlessIn, AStreamByItsPath) {
  harness::give_to_web_user(dir_.path());
  const auto client = asks("/cgi/live?" + goes_on_);
  ASSERT_TRUE(eventually([this] { return std::filesystem::exists(goes_on_ + ".begun"); }));
  EXPECT_EQ(rig_->endless(Side::kOld), 1);
  EXPECT_EQ(rig_->counts().in_flight, 0);
  seal();
  rig_->close_endless(Side::kOld);
  EXPECT_THAT(client->read_all(), Not(HasSubstr("done")));
  harness::write_file(goes_on_, "");
  EXPECT_TRUE(eventually([&] { return rig_->endless(Side::kOld) == 0; }));
}

TEST_P(EndlessIn, WhatIsSentToAStreamsPathIsInFlight) {
  harness::give_to_web_user(dir_.path());
  Connection client(rig_->port());
  client.send("POST /cgi/live?" + goes_on_ +
              " HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(eventually([this] { return std::filesystem::exists(goes_on_ + ".begun"); }));
  EXPECT_EQ(rig_->counts().in_flight, 1);
  EXPECT_EQ(rig_->counts().endless, 0);
  harness::write_file(goes_on_, "");
  EXPECT_THAT(client.read_until("done"), HasSubstr("done"));
}

INSTANTIATE_TEST_SUITE_P(Mpms, EndlessIn,
                         testing::Values(Mpm::kEvent, Mpm::kWorker, Mpm::kPrefork));

}  // namespace
}  // namespace cutover::test
