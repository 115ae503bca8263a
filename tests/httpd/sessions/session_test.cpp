// SPDX-License-Identifier: Apache-2.0
// A session of HTTP/2 is held whole, without a thread; and what becomes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/httpd/sessions/client.h"

namespace cutover::test {
namespace {

using harness::eventually;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::ContainsRegex;
using testing::Not;

TEST_F(OnHttp2, ManyMoreSessionsAreHeldThanThereAreThreads) {
  Rig rig(options());
  rig.start();
  Http2Clients all = clients(40, rig.port());
  warm(all);
  rig.hold(AtDeadline::kRefuse);
  // First those who are there: where handshakes take all threads, event closes kept connections.
  ask_all(all, "/who.txt", 3);
  ASSERT_TRUE(eventually_held(rig, all, 40)) << rig.counts().held_now;
  Http2Clients fresh = clients(40, rig.port());
  ask_all(fresh, "/who.txt", 3);
  for (auto& one : fresh) all.push_back(std::move(one));
  ASSERT_TRUE(eventually_held(rig, all, 80)) << rig.counts().held_now;
  EXPECT_EQ(rig.counts().in_flight, 0);
  const auto asked = steady_clock::now();
  EXPECT_EQ(rig.admin().get("/cutover/status.json").status, 200);
  EXPECT_LT(steady_clock::now() - asked, milliseconds(500));
  rig.serve(Side::kNew);
  EXPECT_TRUE(eventually_done(all));
  EXPECT_EQ(count(all, 200, "new"), 240U);
  EXPECT_EQ(rig.counts().shed, 0U);
  EXPECT_GE(rig.counts().held, 80U) << "a stream, too, may wait for its turn";
  expect_all_ended(rig, rig.counts().held);
  EXPECT_THAT(rig.old_host().access_log(), ContainsRegex("who.txt 200 side=new held=[1-9]"));
}

TEST_F(OnHttp2, TheyGoOnAfterwards) {
  Rig rig(options(25));
  rig.start();
  Http2Clients all = clients(20, rig.port());
  warm(all);
  for (int round = 1; round <= 3; ++round) {
    rig.hold(AtDeadline::kRefuse);
    ask_all(all, "/who.txt", 2);
    ASSERT_TRUE(eventually_held(rig, all, 20)) << rig.counts().held_now;
    const bool back = round % 2 == 0;
    rig.serve(back ? Side::kOld : Side::kNew);
    EXPECT_TRUE(eventually_done(all));
    EXPECT_EQ(count(all, 200, back ? "old" : "new"), 40U);
    for (auto& one : all) one->forget();
  }
}

TEST_F(OnHttp2, AtTheDeadlineTheirStreamsGoWhereTheWordSaysAndWaitNoSecondTime) {
  Rig rig(options(25));
  rig.start();
  Http2Clients all = clients(10, rig.port());
  warm(all);
  rig.hold(AtDeadline::kOld, 400);
  ask_all(all, "/who.txt", 2);
  EXPECT_TRUE(eventually_done(all));
  EXPECT_EQ(count(all, 200, "old"), 20U);
  for (auto& one : all) one->forget();
  rig.hold(AtDeadline::kRefuse, 400);
  ask_all(all, "/who.txt", 2);
  EXPECT_TRUE(eventually_done(all));
  EXPECT_EQ(count(all, 503), 20U);
  rig.serve(Side::kOld);
  expect_all_ended(rig, rig.counts().held);
}

TEST_F(OnHttp2, TheirOwnTimeIsNotBegunAnewByTheirStreams) {
  RigOptions options = this->options();
  options.site =
      "CutoverHoldTimeout 1s\nCutoverDrainTimeout 200ms\nCutoverFenceTimeout 200ms\n"
      "CutoverCatchUpTimeout 200ms\n";
  Rig rig(options);
  rig.start();
  Http2Clients all = clients(5, rig.port());
  rig.hold(AtDeadline::kRefuse);
  const auto began = steady_clock::now();
  ask_all(all, "/who.txt", 2);
  EXPECT_TRUE(eventually_done(all));
  EXPECT_LT(steady_clock::now() - began, milliseconds(1900));
  EXPECT_EQ(count(all, 503), 10U);
  rig.serve(Side::kOld);
}

TEST_F(OnHttp2, WhoLeavesIsNoticedAndForwardedToNobody) {
  Rig rig(options());
  rig.start();
  Http2Clients all = clients(10, rig.port());
  warm(all);
  rig.hold(AtDeadline::kRefuse);
  ask_all(all, "/who.txt?left", 2);
  ASSERT_TRUE(eventually_held(rig, all, 10)) << rig.counts().held_now;
  for (auto& one : all) one->leave();
  all.clear();
  EXPECT_TRUE(eventually([&] { return rig.counts().held_now == 0; }));
  EXPECT_EQ(rig.counts().client_gone, 10U);
  rig.serve(Side::kNew);
  EXPECT_EQ(rig.ask("/who.txt?stayed").size(), 3U);  // in the clear: httpd says 400
  EXPECT_THAT(rig.new_host().access_log(), Not(testing::HasSubstr("?left")));
  expect_all_ended(rig, 10);
}

// Threads for all: where event has none left it closes kept connections, with or without a hold.
TEST_F(OnHttp2, TheySurviveAGraceful) {
  Rig rig(options(40));
  rig.start();
  Http2Clients all = clients(20, rig.port());
  warm(all);
  rig.hold(AtDeadline::kRefuse);
  for (auto& fresh : clients(10, rig.port())) all.push_back(std::move(fresh));
  ask_all(all, "/who.txt", 3);
  ASSERT_TRUE(eventually_held(rig, all, 30)) << rig.counts().held_now;
  rig.old_host().graceful();
  EXPECT_EQ(rig.counts().held_now, 30);
  rig.serve(Side::kNew);
  EXPECT_TRUE(eventually_done(all));
  EXPECT_EQ(count(all, 200, "new"), 90U);
  expect_all_ended(rig, rig.counts().held);
}

}  // namespace
}  // namespace cutover::test
