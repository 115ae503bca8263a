// SPDX-License-Identifier: Apache-2.0
// Clients that close their sending half while they are held. Who asked for a page, in the clear,
// gets it; who sent something has left, and so has whoever speaks TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/harness/eventually.h"
#include "tests/httpd/connection.h"
#include "tests/httpd/crowd.h"
#include "tests/httpd/parking.h"
#include "tests/httpd/tls_client.h"

namespace cutover::test {
namespace {

using harness::eventually;
using std::chrono::milliseconds;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string request(const std::string& method, const std::string& path,
                    const std::string& more = "") {
  return method + " " + path + " HTTP/1.1\r\nHost: shop.example.com\r\n" + more + "\r\n";
}

// Parked, and where nobody can park.
class HalfClosed : public testing::TestWithParam<Mpm> {
 protected:
  static RigOptions options() {
    RigOptions options;
    options.site = "CutoverHoldTimeout 30s\n";
    options.mpm = GetParam();
    options.processes = 1;
    options.threads = 16;
    return options;
  }
  // It is held, and has said its last.
  void say(const Connection& client, const std::string& bytes) {
    client.send(bytes);
    ASSERT_TRUE(rig_.eventually_held(++held_));
    client.end_sending();
    std::this_thread::sleep_for(milliseconds(250));  // two looks at who has left
  }
  bool eventually_gone(std::uint64_t number) {
    return eventually([&] { return rig_.counts().client_gone == number; }, milliseconds(5000));
  }

  Rig rig_{options()};
  std::int64_t held_ = 0;
};

TEST_P(HalfClosed, APageIsServedByWhicheverSideIsDecided) {
  rig_.start();
  for (const Side side : {Side::kNew, Side::kOld}) {
    rig_.hold(AtDeadline::kRefuse);
    const std::string name = side == Side::kNew ? "new" : "old";
    Connection get(rig_.port());
    Connection head(rig_.port());
    Connection two(rig_.port());
    held_ = 0;
    say(get, request("GET", "/who.txt"));
    say(head, request("HEAD", "/who.txt"));
    say(two, request("GET", "/cgi/env") + request("GET", "/who.txt"));
    EXPECT_EQ(rig_.counts().client_gone, 0U);
    rig_.serve(side);
    EXPECT_THAT(get.read_all(), AllOf(StartsWith("HTTP/1.1 200 "), EndsWith(name)));
    EXPECT_THAT(head.read_all(), AllOf(StartsWith("HTTP/1.1 200 "), EndsWith("\r\n\r\n")));
    EXPECT_THAT(two.read_all(), AllOf(StartsWith("HTTP/1.1 200 "), EndsWith(name)));
  }
  expect_all_ended(rig_, rig_.counts().held);
  EXPECT_EQ(rig_.counts().client_gone, 0U);
}

TEST_P(HalfClosed, WhatHasABodyIsForwardedToNobody) {
  rig_.start();
  rig_.hold(AtDeadline::kRefuse);
  const std::vector<std::string> requests{
      post_request("/who.txt?buys"), request("POST", "/who.txt?buys", "Content-Length: 0\r\n"),
      request("DELETE", "/who.txt?buys"),
      request("GET", "/who.txt?buys", "Content-Length: 1\r\n") + "x",
      request("GET", "/who.txt?buys", "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n"};
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const Connection client(rig_.port());
    client.send(requests[i]);
    ASSERT_TRUE(rig_.eventually_held(1));
    client.end_sending();
    EXPECT_TRUE(eventually_gone(i + 1)) << requests[i];
  }
  rig_.serve(Side::kNew);
  expect_all_ended(rig_, requests.size());
  EXPECT_THAT(rig_.new_host().access_log(), Not(HasSubstr("buys")));
}

TEST_P(HalfClosed, WhoThenBreaksTheConnectionHasLeft) {
  rig_.start();
  rig_.hold(AtDeadline::kRefuse);
  Connection client(rig_.port());
  say(client, request("GET", "/who.txt?gone"));
  client.reset();
  EXPECT_TRUE(eventually_gone(1));
  rig_.serve(Side::kNew);
  expect_all_ended(rig_, 1);
  EXPECT_THAT(rig_.new_host().access_log(), Not(HasSubstr("gone")));
}

// A whole close looks the same: it is found out by what is sent, and nothing is left of it.
TEST_P(HalfClosed, WhoHasClosedAltogetherTakesNobodysPlace) {
  rig_.start();
  rig_.hold(AtDeadline::kRefuse);
  Connection client(rig_.port());
  client.get("/who.txt");
  ASSERT_TRUE(rig_.eventually_held(1));
  client.close();
  rig_.serve(Side::kNew);
  expect_all_ended(rig_, 1);
  EXPECT_EQ(rig_.ask(), "new");
}

INSTANTIATE_TEST_SUITE_P(Mpms, HalfClosed,
                         testing::Values(Mpm::kEvent, Mpm::kWorker, Mpm::kPrefork),
                         [](const auto& info) {
                           return info.param == Mpm::kEvent    ? "Parked"
                                  : info.param == Mpm::kWorker ? "Worker"
                                                               : "Prefork";
                         });

TEST(HalfClosedCrowd, IsServedAndTakesNoTimeOfTheProcessor) {
  Rig rig(roomy());
  rig.start();
  if (rig.old_host().logs("each in a thread or process of its own", milliseconds(0)))
    GTEST_SKIP() << "this httpd holds nobody without a thread, and so not three hundred in twelve";
  rig.hold(AtDeadline::kRefuse);
  Crowd crowd(rig.port(), 300, get_request("/who.txt"));
  ASSERT_TRUE(rig.eventually_held(300));
  for (std::size_t i = 0; i < crowd.size(); ++i) crowd.end_sending(i);
  const auto ticks = [&] {
    long sum = 0;
    for (const pid_t pid : rig.old_host().children()) sum += cpu_ticks(pid);
    return sum;
  };
  std::this_thread::sleep_for(milliseconds(300));
  const long before = ticks();
  std::this_thread::sleep_for(milliseconds(1500));
  EXPECT_LE(ticks() - before, 2) << "ticks of 10 ms";
  EXPECT_EQ(rig.counts().held_now, 300);
  rig.serve(Side::kNew);
  EXPECT_EQ(crowd.read(1), 300U);
  EXPECT_EQ(crowd.count(200, "new"), 300U);
  expect_all_ended(rig, 300);
}

TEST(HalfClosedTls, HasLeft) {
  const harness::TempDir dir("tls");
  Rig rig(with_tls(dir));
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  TlsClient client(rig.port());
  client.send(get_request("/who.txt?leaves"));
  ASSERT_TRUE(rig.eventually_held(1));
  client.connection().end_sending();
  EXPECT_TRUE(eventually([&] { return rig.counts().client_gone == 1; }, milliseconds(5000)));
  rig.serve(Side::kNew);
  expect_all_ended(rig, 1);
  EXPECT_THAT(rig.new_host().access_log(), Not(HasSubstr("leaves")));
}

}  // namespace
}  // namespace cutover::test
