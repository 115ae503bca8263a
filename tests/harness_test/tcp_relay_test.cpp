// SPDX-License-Identifier: Apache-2.0
// Each fault of the relay, seen from a client of a real server behind it.
#include "tests/harness/tcp_relay.h"

#include <gtest/gtest.h>

#include <future>

#include "tests/harness/http_client.h"
#include "tests/harness/httpd.h"
#include "tests/harness/ports.h"

namespace cutover::harness {
namespace {

using std::chrono::milliseconds;

class Relayed : public testing::Test {
 protected:
  void SetUp() override {
    write_file(httpd_.htdocs() / "hello.txt", "hello");
    httpd_.start();
  }
  int status(HttpClient& client) { return client.get("/hello.txt").status; }
  HttpClient client() {
    HttpClient made("127.0.0.1", relay_.port());
    made.time_limit(milliseconds(300));
    return made;
  }

  std::uint16_t port_ = free_port();
  Httpd httpd_{HttpdConf().listen(port_)};
  TcpRelay relay_{"127.0.0.1", port_};
};

TEST_F(Relayed, PassesAndDelays) {
  HttpClient one = client();
  EXPECT_EQ(status(one), 200);
  relay_.delay(milliseconds(60));
  auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(status(one), 200);
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds(120));
}

TEST_F(Relayed, BlackHoleHoldsBackAndDeliversLater) {
  HttpClient one = client();
  EXPECT_EQ(status(one), 200);
  relay_.set(TcpRelay::Mode::kBlackHole);
  HttpClient patient("127.0.0.1", relay_.port());
  auto answer = std::async(std::launch::async, [&] { return status(patient); });
  EXPECT_EQ(status(one), 0);
  relay_.set(TcpRelay::Mode::kPass);
  EXPECT_EQ(answer.get(), 200);
}

TEST_F(Relayed, RefuseResetAndCloseFailAndPassHeals) {
  for (TcpRelay::Mode mode :
       {TcpRelay::Mode::kRefuse, TcpRelay::Mode::kReset, TcpRelay::Mode::kClose}) {
    HttpClient one = client();
    EXPECT_EQ(status(one), 200);
    relay_.set(mode);
    EXPECT_EQ(accepts_connections("127.0.0.1", relay_.port()), mode != TcpRelay::Mode::kRefuse);
    EXPECT_EQ(status(one), 0);
    relay_.set(TcpRelay::Mode::kPass);
    EXPECT_EQ(status(one), 200);
  }
}

TEST_F(Relayed, HoldsWhatAWatchPicksUntilItIsReleased) {
  const auto picking = [](TcpRelay::Then then) {
    return [then](std::string_view sent) {
      return sent.find("picked") == std::string_view::npos ? TcpRelay::Then::kForward : then;
    };
  };
  for (const TcpRelay::Then then : {TcpRelay::Then::kHold, TcpRelay::Then::kHoldAnswer}) {
    relay_.watch(picking(then));
    HttpClient other = client();
    HttpClient one = client();
    one.time_limit(std::chrono::seconds(10));
    EXPECT_EQ(status(other), 200);
    auto answer = std::async(std::launch::async, [&] {
      return one.get("/hello.txt", {{"X-Mark", "picked"}}).status;
    });
    EXPECT_EQ(answer.wait_for(milliseconds(200)), std::future_status::timeout);
    EXPECT_EQ(relay_.answered(), then == TcpRelay::Then::kHoldAnswer);
    EXPECT_EQ(status(other), 200) << "other connections go on";
    relay_.watch({});
    relay_.release();
    EXPECT_EQ(answer.get(), 200);
  }
}

}  // namespace
}  // namespace cutover::harness
