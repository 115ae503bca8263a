// SPDX-License-Identifier: Apache-2.0
// Through the gate, held, let go: with every MPM, since each blocks in its own way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "tests/harness/eventually.h"
#include "tests/httpd/connection.h"
#include "tests/httpd/crowd.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using harness::eventually;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::HasSubstr;

std::vector<std::future<std::string>> ask_many(const Rig& rig, int number) {
  std::vector<std::future<std::string>> asked;
  for (int i = 0; i < number; ++i)
    asked.push_back(std::async(std::launch::async, [&rig] { return rig.ask(); }));
  return asked;
}

void expect_balanced(const Counts& c) {
  EXPECT_EQ(c.in_flight, 0);
  EXPECT_EQ(c.held_now, 0);
  EXPECT_EQ(c.held, c.released + c.timed_out + c.shed_held + c.client_gone);
}

class GateOfEveryMpm : public testing::TestWithParam<Mpm> {
 protected:
  static RigOptions options() {
    RigOptions o;
    o.mpm = GetParam();
    o.processes = 2;
    o.threads = GetParam() == Mpm::kWorker ? 12 : 6;  // some are left to others
    return o;
  }
};

TEST_P(GateOfEveryMpm, TheWordDecidesWhoServes) {
  Rig rig(options());
  rig.start();
  EXPECT_EQ(rig.ask(), "old");
  rig.serve(Side::kNew);
  EXPECT_EQ(rig.ask(), "new");
  rig.serve(Side::kOld);
  EXPECT_EQ(rig.ask(), "old");
  const Counts counts = rig.counts();
  EXPECT_EQ(counts.served[0], 2U);
  EXPECT_EQ(counts.served[1], 1U);
  EXPECT_EQ(counts.held, 0U);
  EXPECT_TRUE(eventually([&] { return rig.counts().in_flight == 0; }));
  EXPECT_TRUE(eventually([&] { return rig.notes().empty(); }));
}

TEST_P(GateOfEveryMpm, HeldRequestsAllGoToTheSideThatIsDecided) {
  Rig rig(options());
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  auto asked = ask_many(rig, 10);
  ASSERT_TRUE(rig.eventually_held(10));
  EXPECT_EQ(rig.counts().in_flight, 0) << "whoever is held must not keep the drain waiting";
  const auto released = steady_clock::now();
  rig.serve(Side::kNew);
  for (auto& a : asked)
    EXPECT_EQ(a.get(), "new") << rig.old_host().error_log() << rig.new_host().error_log();
  EXPECT_LT(steady_clock::now() - released, milliseconds(1500));
  EXPECT_TRUE(eventually([&] { return rig.counts().in_flight == 0; }));
  expect_balanced(rig.counts());
  EXPECT_EQ(rig.counts().released, 10U);
}

INSTANTIATE_TEST_SUITE_P(All, GateOfEveryMpm,
                         testing::Values(Mpm::kEvent, Mpm::kWorker, Mpm::kPrefork));

TEST(Hold, WakesAtOnceAndNotAtTheNextSlice) {
  Rig rig;
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  auto asked = ask_many(rig, 1);
  ASSERT_TRUE(rig.eventually_held(1));
  rig.serve(Side::kOld);
  const auto released = steady_clock::now();
  EXPECT_EQ(asked[0].get(), "old");
  EXPECT_LT(steady_clock::now() - released, milliseconds(60));
}

TEST(Hold, AtTheDeadlineTheWordsVerbIsDone) {
  Rig rig;
  rig.start();
  rig.hold(AtDeadline::kOld, 300);
  EXPECT_EQ(rig.ask(), "old");
  rig.hold(AtDeadline::kNew, 300);
  EXPECT_EQ(rig.ask(), "new");
  rig.hold(AtDeadline::kRefuse, 300);
  const auto asked = steady_clock::now();
  const HttpResponse refused = rig.client().get("/who.txt");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("retry-after"), "5");
  EXPECT_LT(steady_clock::now() - asked, milliseconds(1500));
  EXPECT_TRUE(eventually([&] { return rig.counts().in_flight == 0; }));
  expect_balanced(rig.counts());
  EXPECT_EQ(rig.counts().released, 2U);
  EXPECT_EQ(rig.counts().timed_out, 1U);
}

TEST(Hold, TwoHoldsInARowDoNotAddUp) {
  RigOptions options;
  options.site = "CutoverHoldTimeout 1s\nCutoverDrainTimeout 500ms";
  Rig rig(options);
  rig.start();
  rig.hold(AtDeadline::kRefuse, 5000);
  const auto asked = steady_clock::now();
  auto answer = ask_many(rig, 1);
  ASSERT_TRUE(rig.eventually_held(1));
  std::this_thread::sleep_for(milliseconds(600));
  rig.hold(AtDeadline::kRefuse, 5000);
  EXPECT_EQ(answer[0].get(), "503");
  const auto took = steady_clock::now() - asked;
  EXPECT_GE(took, milliseconds(950));
  EXPECT_LT(took, milliseconds(1500));
  EXPECT_EQ(rig.counts().held, 1U);
}

TEST(Hold, WithADeadlineInThePastNobodyWaits) {
  Rig rig;
  rig.start();
  rig.hold(AtDeadline::kRefuse, -1000);
  const auto asked = steady_clock::now();
  EXPECT_EQ(rig.ask(), "503");
  EXPECT_LT(steady_clock::now() - asked, milliseconds(200));
}

TEST(Hold, AboveTheLimitIsShed) {
  RigOptions options;
  options.site = "CutoverHoldLimit 3";
  Rig rig(options);
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  auto held = ask_many(rig, 3);
  ASSERT_TRUE(rig.eventually_held(3));
  const HttpResponse shed = rig.client().get("/who.txt");
  EXPECT_EQ(shed.status, 503);
  EXPECT_EQ(shed.header("retry-after"), "5");
  rig.serve(Side::kOld);
  for (auto& h : held) EXPECT_EQ(h.get(), "old");
  EXPECT_TRUE(eventually([&] { return rig.counts().in_flight == 0; }));
  expect_balanced(rig.counts());
  EXPECT_EQ(rig.counts().shed, 1U);
  EXPECT_EQ(rig.counts().held, 3U);
}

TEST(Hold, AClientThatLeavesIsForwardedToNobody) {
  for (const bool rudely : {false, true}) {
    Rig rig;
    rig.start();
    rig.hold(AtDeadline::kRefuse);
    Connection client(rig.port());
    client.send(rudely ? get_request("/who.txt?gone") : post_request("/who.txt?gone"));
    ASSERT_TRUE(rig.eventually_held(1));
    rudely ? client.reset() : client.close();
    EXPECT_TRUE(eventually([&] { return rig.counts().client_gone == 1; }, milliseconds(2000)));
    rig.serve(Side::kNew);
    EXPECT_EQ(rig.ask(), "new");
    EXPECT_TRUE(eventually([&] { return rig.counts().in_flight == 0; }));
    expect_balanced(rig.counts());
    EXPECT_THAT(rig.new_host().access_log(), testing::Not(HasSubstr("gone")));
    EXPECT_TRUE(eventually([&] {
      return rig.old_host().access_log().find("/who.txt?gone 499 side=- held=") !=
             std::string::npos;
    })) << rig.old_host().access_log();
  }
}

TEST(Hold, ABodyThatComesLateIsWhole) {
  Rig rig;
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  Connection client(rig.port());
  client.send(
      "POST /cgi/env HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n"
      "Content-Length: 8\r\n\r\nhalf");
  ASSERT_TRUE(rig.eventually_held(1));
  client.send("rest");
  rig.serve(Side::kNew);
  EXPECT_THAT(client.read_all(), HasSubstr("halfrest"));
}

TEST(Hold, TheLogKnowsSideAndLength) {
  Rig rig;
  rig.start();
  rig.hold(AtDeadline::kOld, 400);
  EXPECT_EQ(rig.ask("/who.txt?held"), "old");
  rig.serve(Side::kNew);
  EXPECT_EQ(rig.ask("/who.txt?straight"), "new");
  EXPECT_TRUE(eventually([&] {
    const std::string log = rig.old_host().access_log();
    return log.find("?straight 200 side=new held=-") != std::string::npos;
  }));
  EXPECT_THAT(rig.old_host().access_log(),
              testing::ContainsRegex("[?]held 200 side=old held=[34][0-9][0-9]"));
}

TEST(Counting, ASlowReaderKeepsNoDrainWaiting) {
  Rig rig;
  harness::write_file(rig.old_host().htdocs() / "big.bin", std::string(40'000'000, 'x'));
  rig.start();
  Connection client(rig.port());
  client.get("/big.bin");
  client.read_until("HTTP/1.1 200");
  EXPECT_TRUE(eventually([&] { return rig.counts().in_flight == 0; }, milliseconds(2000)));
  EXPECT_EQ(rig.counts().served[0], 1U);
}

TEST(Counting, ARequestIsInFlightWhileItsHandlerRuns) {
  Rig rig;
  rig.start();
  const std::string end = rig.directory() + "/end";
  auto slow = std::async(std::launch::async, [&] { return rig.ask("/cgi/slow?" + end); });
  EXPECT_TRUE(eventually([&] { return rig.counts().in_flight == 1; }));
  std::this_thread::sleep_for(milliseconds(200));
  EXPECT_EQ(rig.counts().in_flight, 1);
  harness::write_file(end, "");
  EXPECT_EQ(slow.get(), "done\n");
  EXPECT_TRUE(eventually([&] { return rig.counts().in_flight == 0; }));
}

TEST(Counting, EveryKindOfEndCountsOutOnce) {
  Rig rig;
  rig.start();
  HttpClient client = rig.client();
  EXPECT_EQ(client.get("/missing").status, 404);
  EXPECT_EQ(client.get("/cgi").status, 404);
  EXPECT_THAT(exchange(rig.port(), "/who.txt", "If-None-Match: *\r\n"), HasSubstr(" 304 "));
  EXPECT_EQ(client.post("/who.txt", {{"a", "b"}}).status, 200);
  exchange(rig.port(), "/%zz");
  {
    Connection aborted(rig.port());
    aborted.get("/cgi/env");
    aborted.reset();
  }
  Connection pipelined(rig.port());
  pipelined.send(
      "HEAD /who.txt HTTP/1.1\r\nHost: shop.example.com\r\n\r\n"
      "GET /who.txt HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(pipelined.read_all(), HasSubstr("\r\n\r\nold"));
  EXPECT_TRUE(eventually([&] { return rig.counts().in_flight == 0; }));
  EXPECT_GE(rig.counts().served[0], 7U);
}

}  // namespace
}  // namespace cutover::test
