// SPDX-License-Identifier: Apache-2.0
// Held without a thread: far more requests than httpd has threads, what they may be in the middle
// of, and what an administrator does meanwhile.
#include "tests/httpd/parking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/harness/eventually.h"
#include "tests/httpd/crowd.h"

namespace cutover::test {
namespace {

using harness::eventually;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::Not;

TEST(Parking, HoldsManyMoreThanThereAreThreads) {
  Rig rig(roomy());
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  Crowd crowd(rig.port(), 1000, get_request("/who.txt"));
  ASSERT_TRUE(rig.eventually_held(1000)) << rig.counts().held_now;
  EXPECT_EQ(rig.counts().in_flight, 0);
  const auto asked = steady_clock::now();
  EXPECT_EQ(rig.admin().get("/cutover/status.json").status, 200);
  EXPECT_LT(steady_clock::now() - asked, milliseconds(500));
  rig.serve(Side::kNew);
  EXPECT_EQ(crowd.read(1), 1000U);
  EXPECT_EQ(crowd.count(200, "new"), 1000U);
  expect_all_ended(rig, 1000);
  EXPECT_EQ(rig.counts().released, 1000U);
}

TEST(Parking, TheConnectionsGoOnAfterwards) {
  RigOptions options = roomy();
  options.threads = 64;
  // httpd closes kept-alive connections when all threads of a child are busy
  Rig rig(options);
  rig.start();
  Crowd crowd(rig.port(), 50);
  for (int round = 1; round <= 3; ++round) {
    rig.hold(AtDeadline::kRefuse);
    crowd.get_all("/who.txt");
    ASSERT_TRUE(rig.eventually_held(50));
    rig.serve(round % 2 == 0 ? Side::kOld : Side::kNew);
    EXPECT_EQ(crowd.read(1), 50U);
    EXPECT_EQ(crowd.count(200, round % 2 == 0 ? "old" : "new"), 50U);
    EXPECT_EQ(crowd.ended(), 0U);
    crowd.forget();
    crowd.get_all("/who.txt?at_rest");
    crowd.read(1);
    crowd.forget();
  }
  expect_all_ended(rig, 150);
}

TEST(Parking, WhatWasPipelinedIsAnsweredInItsOrder) {
  Rig rig(roomy());
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  Crowd crowd(rig.port(), 200);
  crowd.send_all(get_request("/cgi/none?1") + get_request("/who.txt") + get_request("/cgi/none?3"));
  ASSERT_TRUE(rig.eventually_held(200)) << "the first of each";
  rig.serve(Side::kNew);
  EXPECT_EQ(crowd.read(3), 200U);
  for (std::size_t i = 0; i < crowd.size(); ++i) {
    ASSERT_EQ(crowd.answers(i).size(), 3U);
    EXPECT_EQ(crowd.answers(i)[0].status, 404);
    EXPECT_EQ(crowd.answers(i)[1].body, "new");
    EXPECT_EQ(crowd.answers(i)[2].status, 404);
  }
  // Also the second and the third, where others still wait for their turn.
  EXPECT_GE(rig.counts().held, 200U);
  expect_all_ended(rig, rig.counts().held);
}

TEST(Parking, AnAnswerBeforeTheHoldIsNotKeptBack) {
  Rig rig(roomy());
  rig.start();
  Crowd crowd(rig.port(), 1);
  const std::string end = rig.directory() + "/end";
  crowd.send_all(get_request("/cgi/slow?" + end) + get_request("/who.txt"));
  ASSERT_TRUE(eventually([&] { return rig.counts().in_flight == 1; }));
  rig.hold(AtDeadline::kRefuse);
  harness::write_file(end, "");
  ASSERT_TRUE(rig.eventually_held(1));
  EXPECT_EQ(crowd.read(1, milliseconds(3000)), 1U) << "while the second is held";
  rig.serve(Side::kNew);
  EXPECT_EQ(crowd.read(2), 2U);
  EXPECT_EQ(crowd.count(200, "new"), 1U);
}

TEST(Parking, ABodyThatIsSentDuringTheHoldIsWhole) {
  Rig rig(roomy());
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  Crowd crowd(rig.port(), 60);
  crowd.send_all(
      "POST /cgi/env HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 12\r\n\r\nbefore");
  ASSERT_TRUE(rig.eventually_held(60));
  crowd.send_all(" after");
  std::this_thread::sleep_for(milliseconds(150));
  EXPECT_EQ(rig.counts().held_now, 60) << "data is no reason to wake";
  rig.serve(Side::kNew);
  EXPECT_EQ(crowd.read(1), 60U);
  for (std::size_t i = 0; i < crowd.size(); ++i)
    EXPECT_THAT(crowd.answers(i).at(0).body, HasSubstr("body=before after"));
  expect_all_ended(rig, 60);
}

TEST(Parking, WhoExpectsContinueIsHeldBeforeItSendsItsBody) {
  RigOptions options = roomy();
  options.threads = 16;  // each waits for its body, in the first window of its child
  Rig rig(options);
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  Crowd crowd(rig.port(), 10);
  crowd.send_all(
      "POST /cgi/env HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 4\r\n"
      "Expect: 100-continue\r\n\r\n");
  ASSERT_TRUE(rig.eventually_held(10));
  rig.serve(Side::kNew);
  for (std::size_t i = 0; i < crowd.size(); ++i) {
    ASSERT_TRUE(eventually([&] {
      crowd.read(1, milliseconds(20));
      return crowd.continues() > i;
    }));
  }
  crowd.send_all("body");
  EXPECT_EQ(crowd.read(1), 10U);
  for (std::size_t i = 0; i < crowd.size(); ++i)
    EXPECT_THAT(crowd.answers(i).at(0).body, HasSubstr("body=body"));
}

TEST(Parking, AtTheDeadlineEachDoesWhatTheWordSays) {
  Rig rig(roomy());
  rig.start();
  for (const AtDeadline verb : {AtDeadline::kOld, AtDeadline::kNew, AtDeadline::kRefuse}) {
    rig.hold(verb, 500);
    Crowd crowd(rig.port(), 100);
    crowd.get_all("/who.txt");
    ASSERT_TRUE(rig.eventually_held(100));
    crowd.read(1);
    if (verb == AtDeadline::kRefuse)
      for (std::size_t i = 0; i < crowd.size(); ++i)
        EXPECT_THAT(crowd.answers(i).at(0).head, HasSubstr("Retry-After: 5"));
    else
      EXPECT_EQ(crowd.count(200, verb == AtDeadline::kOld ? "old" : "new"), 100U);
  }
  expect_all_ended(rig, 300);
  EXPECT_EQ(rig.counts().timed_out, 100U);
}

TEST(Parking, ADeadlineOfItsOwnComesToEachInTurn) {
  RigOptions options = roomy();
  options.site += "CutoverHoldTimeout 1s\nCutoverDrainTimeout 500ms\n";
  Rig rig(options);
  rig.start();
  rig.hold(AtDeadline::kOld);
  Crowd crowd(rig.port(), 2);
  const auto begun = steady_clock::now();
  crowd.get(0, "/who.txt");
  std::this_thread::sleep_for(milliseconds(400));
  crowd.get(1, "/who.txt");
  EXPECT_EQ(crowd.read(1), 2U);
  const auto first = crowd.answers(0).at(0).at - begun;
  const auto second = crowd.answers(1).at(0).at - begun;
  EXPECT_GE(first, milliseconds(990));
  EXPECT_LT(first, milliseconds(1300));
  EXPECT_GE(second, milliseconds(1390));
  EXPECT_LT(second, milliseconds(1700));
}

TEST(Parking, AnotherHoldWakesNobody) {
  Rig rig(roomy());
  rig.start();
  rig.hold(AtDeadline::kOld);
  Crowd crowd(rig.port(), 100);
  crowd.get_all("/who.txt");
  ASSERT_TRUE(rig.eventually_held(100));
  for (int i = 0; i < 20; ++i) rig.hold(AtDeadline::kRefuse);
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_EQ(rig.counts().held_now, 100);
  EXPECT_EQ(rig.counts().held, 100U);
  rig.serve(Side::kOld);
  EXPECT_EQ(crowd.read(1), 100U);
}

// Each release is followed at once by another hold: some are through, some are parked again, and
// nobody is forgotten.
TEST(Parking, HoldsThatFollowEachOtherForgetNobody) {
  Rig rig(roomy());
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  Crowd crowd(rig.port(), 300);
  crowd.get_all("/who.txt");
  ASSERT_TRUE(rig.eventually_held(300));
  for (int i = 0; i < 30; ++i) {
    rig.serve(Side::kNew);
    rig.hold(AtDeadline::kRefuse);
    std::this_thread::sleep_for(milliseconds(i % 5));
  }
  rig.serve(Side::kNew);
  EXPECT_EQ(crowd.read(1), 300U);
  EXPECT_EQ(crowd.count(200, "new"), 300U);
  expect_all_ended(rig, 300);
}

TEST(Parking, WhoeverArrivesAtTheFlipIsAnswered) {
  Rig rig(roomy());
  rig.start();
  for (int round = 0; round < 5; ++round) {
    Crowd crowd(rig.port(), 200);
    rig.hold(AtDeadline::kRefuse);
    for (std::size_t i = 0; i < crowd.size(); ++i) {
      crowd.get(i, "/who.txt");
      if (i == crowd.size() / 2) rig.serve(Side::kNew);
    }
    EXPECT_EQ(crowd.read(1, milliseconds(8000)), crowd.size());
  }
}

TEST(Parking, FirstComeFirstReleased) {
  RigOptions options = roomy();
  options.processes = 1;
  options.threads = 3;  // two of them are left idle: one turn at a time
  Rig rig(options);
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  Crowd crowd(rig.port(), 0);
  for (std::int64_t i = 0; i < 100; ++i) {
    crowd.join(get_request("/who.txt?n=" + std::to_string(i) + "."));
    ASSERT_TRUE(rig.eventually_held(i + 1));
  }
  rig.serve(Side::kNew);
  EXPECT_EQ(crowd.read(1), crowd.size());
  const std::string log = rig.new_host().access_log();
  for (std::size_t i = 1; i < crowd.size(); ++i)
    EXPECT_LT(log.find("?n=" + std::to_string(i - 1) + "."),
              log.find("?n=" + std::to_string(i) + "."));
}

TEST(Parking, AboveTheLimitIsShed) {
  RigOptions options = roomy();
  options.site += "CutoverHoldLimit 200\n";
  Rig rig(options);
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  Crowd crowd(rig.port(), 300);
  crowd.get_all("/who.txt");
  ASSERT_TRUE(eventually([&] { return rig.counts().shed == 100; }));
  EXPECT_EQ(rig.counts().held_now, 200);
  rig.serve(Side::kNew);
  EXPECT_EQ(crowd.read(1), 200U);
  expect_all_ended(rig, 200);
}

TEST(Parking, ClientsThatLeaveAreForwardedToNobody) {
  Rig rig(roomy());
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  Crowd crowd(rig.port(), 400);
  for (std::size_t i = 0; i < crowd.size(); ++i)
    crowd.send(i, i % 4 == 0   ? post_request("/who.txt?leaves")
                  : i % 4 == 2 ? get_request("/who.txt?leaves")
                               : get_request("/who.txt?stays"));
  ASSERT_TRUE(rig.eventually_held(400));
  for (std::size_t i = 0; i < crowd.size(); i += 2)
    i % 4 == 0 ? crowd.leave(i) : crowd.leave_rudely(i);
  EXPECT_TRUE(eventually([&] { return rig.counts().client_gone == 200; }, milliseconds(3000)))
      << rig.counts().client_gone;
  EXPECT_EQ(rig.counts().held_now, 200);
  rig.serve(Side::kNew);
  EXPECT_EQ(crowd.read(1), 200U);
  expect_all_ended(rig, 400);
  EXPECT_THAT(rig.new_host().access_log(), Not(HasSubstr("leaves")));
}

// They leave and the word is stored in one breath.
TEST(Parking, ClientsThatLeaveAtTheFlipAreForwardedToNobody) {
  Rig rig(roomy());
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  Crowd crowd(rig.port(), 200, post_request("/who.txt?leaves"));
  ASSERT_TRUE(rig.eventually_held(200));
  for (std::size_t i = 0; i < crowd.size(); ++i) crowd.leave(i);
  rig.serve(Side::kNew);
  expect_all_ended(rig, 200);
  EXPECT_EQ(rig.counts().client_gone, 200U);
  EXPECT_THAT(rig.new_host().access_log(), Not(HasSubstr("leaves")));
}

}  // namespace
}  // namespace cutover::test
