// SPDX-License-Identifier: Apache-2.0
// A paced release, and what comes in between: fresh requests, another hold, visitors who leave,
// answers that never end, a graceful.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <thread>

#include "tests/harness/ports.h"
#include "tests/harness/signals.h"
#include "tests/httpd/paced.h"

namespace cutover::test {
namespace {

using harness::eventually;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

// The first window is with the new host, which answers nothing yet.
class InARelease : public Paced {
 protected:
  using Paced::Paced;

  Crowd& begin(std::size_t number) {
    host_.block();
    Crowd& crowd = hold(number);
    rig_.serve(Side::kNew);
    EXPECT_TRUE(eventually_at_once(kFirstWindow));
    return crowd;
  }
};

TEST_F(InARelease, AFreshRequestDoesNotOvertakeTheHeld) {
  Crowd& crowd = begin(200);
  Crowd fresh(rig_.port(), 1, get_request("/who.txt?fresh"));
  ASSERT_TRUE(eventually([&] { return rig_.counts().held == 201; })) << "it waits, too";
  host_.let_go();
  EXPECT_EQ(fresh.read(1), 1U);
  EXPECT_EQ(crowd.read(1), 200U);
  EXPECT_GE(place_of("/who.txt?fresh"), 200U - kMostUnderWay);
  expect_all_ended(rig_, 201);
}

TEST_F(InARelease, NorDoesTheNextRequestOfAConnection) {
  Crowd& crowd = begin(200);
  // Pipelined behind one that is under way.
  crowd.send(0, get_request("/who.txt?next"));
  host_.let_go();
  EXPECT_GE(crowd.read(1), 200U);
  EXPECT_TRUE(eventually([&] { return came("/who.txt?next"); }));
  EXPECT_GE(place_of("/who.txt?next"), 200U - 2 * kMostUnderWay);
  // One of the held, unless the last of those had their turns when it came.
  const std::uint64_t held = rig_.counts().held;
  EXPECT_TRUE(held == 200 || held == 201) << held;
  expect_all_ended(rig_, held);
}

TEST_F(InARelease, AnotherHoldStopsIt) {
  Crowd& crowd = begin(100);
  rig_.hold(AtDeadline::kRefuse);
  host_.let_go();
  EXPECT_TRUE(eventually([&] { return rig_.counts().in_flight == 0; })) << "drained";
  EXPECT_EQ(rig_.counts().held_now, 50);
  EXPECT_TRUE(eventually([&] { return rig_.counts().releasing == 0; }));
  std::this_thread::sleep_for(milliseconds(200));
  EXPECT_EQ(host_.asked().size(), 50U);
  rig_.serve(Side::kOld);
  EXPECT_EQ(crowd.read(1), 100U);
  EXPECT_EQ(crowd.count(200, "new"), 50U);
  EXPECT_EQ(crowd.count(200, "old"), 50U);
  expect_all_ended(rig_, 100);
}

// Back and forth, always in the middle of a release: none is lost, none is counted twice.
TEST_F(Paced, ReleasesThatAreBrokenOffForgetNobody) {
  host_.take(milliseconds(3));
  Crowd& crowd = hold(400);
  for (int i = 0; i < 25; ++i) {
    rig_.serve(i % 3 == 0 ? Side::kOld : Side::kNew);
    std::this_thread::sleep_for(milliseconds(i % 7));
    rig_.hold(AtDeadline::kRefuse);
    std::this_thread::sleep_for(milliseconds(i % 4));
  }
  rig_.serve(Side::kNew);
  EXPECT_EQ(crowd.read(1), 400U);
  expect_all_ended(rig_, 400);
  EXPECT_EQ(rig_.counts().released, 400U);
  EXPECT_EQ(rig_.counts().releasing, 0);
  EXPECT_EQ(rig_.counts().release_window, 0);
}

TEST_F(InARelease, WhoLeavesBeforeItsTurnIsForwardedToNobody) {
  Crowd& crowd = begin(140);
  for (std::size_t i = 70; i < 110; ++i) crowd.leave_rudely(i);
  EXPECT_TRUE(eventually([&] { return rig_.counts().client_gone == 40; }));
  EXPECT_EQ(rig_.counts().releasing, 50);
  host_.let_go();
  EXPECT_EQ(crowd.read(1), 100U);
  for (std::size_t i = 70; i < 110; ++i) EXPECT_FALSE(came(path(i))) << i;
  expect_all_ended(rig_, 140);
}

TEST_F(InARelease, WhoLeavesDuringItsTurnDoesNotHoldUpTheOthers) {
  Crowd& crowd = begin(100);
  for (std::size_t i = 0; i < 10; ++i) crowd.leave_rudely(i);
  host_.let_go();
  EXPECT_EQ(crowd.read(1, seconds(5)), 90U);
  expect_all_ended(rig_, 100);
  EXPECT_EQ(rig_.counts().released, 100U);
}

// Long polls: their places are given to others after a while, a few at a time.
TEST_F(InARelease, AnswersThatNeverEndDoNotStopIt) {
  host_.block();
  rig_.start();
  rig_.hold(AtDeadline::kRefuse);
  Crowd polls(rig_.port(), 50, get_request("/poll"));
  ASSERT_TRUE(rig_.eventually_held(50));
  Crowd crowd(rig_.port(), 100, get_request("/quick"));
  ASSERT_TRUE(rig_.eventually_held(150));
  rig_.serve(Side::kNew);
  EXPECT_EQ(crowd.read(1, seconds(8)), 100U);
  EXPECT_EQ(host_.at_once(), 50);
  EXPECT_LE(host_.most_at_once(), kMostUnderWay);
  host_.let_go();
  EXPECT_EQ(polls.read(1), 50U);
  expect_all_ended(rig_, 150);
}

// An upgrade gives its place away at once.
TEST_F(InARelease, TunnelsHoldNobodyUp) {
  host_.block();
  rig_.start();
  rig_.hold(AtDeadline::kRefuse);
  Crowd tunnels(rig_.port(), 50, get_request("/tunnel", "Upgrade: websocket\r\n"));
  ASSERT_TRUE(rig_.eventually_held(50));
  Crowd crowd(rig_.port(), 50, get_request("/quick"));
  ASSERT_TRUE(rig_.eventually_held(100));
  const auto released = std::chrono::steady_clock::now();
  rig_.serve(Side::kNew);
  EXPECT_EQ(crowd.read(1, seconds(8)), 50U);
  EXPECT_LT(std::chrono::steady_clock::now() - released, milliseconds(900));
  host_.let_go();
  EXPECT_EQ(tunnels.read(1), 50U);
  expect_all_ended(rig_, 100);
}

TEST_F(InARelease, AGracefulKeepsItGoing) {
  Crowd& crowd = begin(100);
  rig_.old_host().graceful();
  EXPECT_EQ(rig_.counts().releasing, 50);
  // The next generation has a line of its own, for the same places.
  Crowd fresh(rig_.port(), 1, get_request("/who.txt?fresh"));
  EXPECT_TRUE(eventually([&] { return rig_.counts().held == 101; }));
  host_.let_go();
  EXPECT_EQ(crowd.read(1), 100U);
  EXPECT_EQ(fresh.read(1), 1U);
  expect_all_ended(rig_, 101);
}

TEST_F(InARelease, AGracefulStopEndsWhenTheLineIsThrough) {
  Crowd& crowd = begin(100);
  harness::signal_to(rig_.old_host().pid(), SIGWINCH);
  EXPECT_TRUE(eventually([&] { return !harness::accepts_connections("127.0.0.1", rig_.port()); }));
  host_.let_go();
  EXPECT_EQ(crowd.read(1), 100U);
  EXPECT_TRUE(eventually([&] { return !rig_.old_host().running(); })) << "ends by itself";
  expect_all_ended(rig_, 100);
}

TEST_F(InARelease, AStopEndsIt) {
  Crowd& crowd = begin(100);
  harness::signal_to(rig_.old_host().pid(), SIGTERM);
  host_.let_go();  // or httpd would wait ten seconds for its threads
  EXPECT_EQ(rig_.old_host().stop(), 0);
  crowd.read(2);  // who has an answer, until its connection ends as well
  EXPECT_EQ(crowd.ended(), 100U);
  expect_all_ended(rig_, 100);
  EXPECT_EQ(rig_.counts().releasing, 0);
  EXPECT_EQ(rig_.counts().release_window, 0);
}

class OfTwoChildren : public InARelease {
 protected:
  OfTwoChildren() : InARelease("", 2) {}
};

TEST_F(OfTwoChildren, TheyShareOneWindow) {
  Crowd& crowd = begin(80);
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_LE(host_.most_at_once(), kFirstWindow);
  EXPECT_EQ(rig_.counts().release_window, kFirstWindow);
  host_.let_go();
  EXPECT_EQ(crowd.read(1), 80U);
  expect_all_ended(rig_, 80);
}

// The places of a killed one are for the others. The one with the most is killed, because it still
// holds some, and only those count as gone.
TEST_F(OfTwoChildren, AKilledOneTakesItsOwnTurnsWithItAndItsPlacesComeBack) {
  rig_.old_host().expect_crashes();
  Crowd& crowd = begin(80);
  harness::signal_to(rig_.owner_of_most_work(), SIGKILL);
  EXPECT_TRUE(eventually([&] { return rig_.counts().client_gone > 0; })) << "it is reaped";
  host_.let_go();
  crowd.read(1);
  std::size_t cut = 0;
  for (std::size_t i = 0; i < crowd.size(); ++i) cut += crowd.answers(i).empty() ? 1 : 0;
  EXPECT_EQ(crowd.count(200, "new") + cut, 80U);
  EXPECT_LE(cut, rig_.counts().client_gone + kMostUnderWay) << "its own, and nobody else's";
  expect_all_ended(rig_, 80);
  EXPECT_EQ(rig_.counts().releasing, 0);
  EXPECT_EQ(rig_.counts().release_window, 0);
  EXPECT_EQ(rig_.ask("/quick"), "new");
}

class WithAShortHold : public InARelease {
 protected:
  WithAShortHold() : InARelease("CutoverHoldTimeout 2s\nCutoverDrainTimeout 1s\n") {}
};

// The side is decided: whose time is up goes there, and is not refused.
TEST_F(WithAShortHold, WhoseTimeIsUpGoesThere) {
  Crowd& crowd = begin(54);
  Crowd fresh(rig_.port(), 1, get_request("/who.txt?fresh"));
  ASSERT_TRUE(eventually([&] { return rig_.counts().held == 55; }));
  EXPECT_TRUE(eventually([&] { return host_.at_once() == 55; }, seconds(4)))
      << "those whose places lapse give them to no more than four by then";
  host_.let_go();
  EXPECT_EQ(crowd.read(1), 54U);
  EXPECT_EQ(fresh.read(1), 1U);
  expect_all_ended(rig_, 55);
  EXPECT_EQ(rig_.counts().timed_out, 0U);
}

class WithASmallLimit : public InARelease {
 protected:
  WithASmallLimit() : InARelease("CutoverHoldLimit 60\n") {}
};

TEST_F(WithASmallLimit, WhoFindsNoRoomGoesOn) {
  Crowd& crowd = begin(60);
  Crowd fresh(rig_.port(), 52, get_request("/quick"));
  EXPECT_EQ(fresh.read(1, milliseconds(500)), 2U)
      << "fifty have taken the places of the first fifty";
  EXPECT_EQ(rig_.counts().held_now, 60);
  EXPECT_EQ(rig_.counts().shed, 0U);
  host_.let_go();
  EXPECT_EQ(crowd.read(1), 60U);
  EXPECT_EQ(fresh.read(1), 52U);
  expect_all_ended(rig_, 110);
}

}  // namespace
}  // namespace cutover::test
