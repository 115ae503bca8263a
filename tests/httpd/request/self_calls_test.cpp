// SPDX-License-Identifier: Apache-2.0
// A request that the site makes of itself in a drain: who is taken for one, and who is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <future>

#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/httpd/connection.h"
#include "tests/httpd/crowd.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using harness::eventually;
using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr const char* kPassedOn = "X-Forwarded-For: 192.0.2.7\r\n";
constexpr int kDeadlineMs = 20'000;

class SelfCalls : public testing::TestWithParam<Mpm> {
 protected:
  void start(const std::string& setting, RigOptions options = {}) {
    options.mpm = GetParam();
    options.site += "CutoverHoldTimeout 30s\nCutoverSelfCalls " + setting + "\n";
    rig_ = std::make_unique<Rig>(options);
    rig_->start();
  }
  // Somebody is in flight, who may be waiting for a self-call; the visitors are somebody else's.
  void let_caller_in() {
    caller_ = std::make_unique<Connection>(rig_->port());
    caller_->get("/cgi/slow?" + goes_on_, std::string(kPassedOn) + "Connection: close\r\n");
    ASSERT_TRUE(eventually([this] { return rig_->counts().in_flight == 1; }));
  }
  void let_caller_end() {
    harness::write_file(goes_on_, "");
    EXPECT_THAT(caller_->read_all(), HasSubstr("done"));
    EXPECT_TRUE(eventually([this] { return rig_->counts().in_flight == 0; }));
  }
  void visit(int times, const std::string& more) {
    for (int i = 0; i < times; ++i)
      EXPECT_THAT(exchange(rig_->port(), "/who.txt", more), HasSubstr(" 200 "));
  }
  std::future<std::string> ask(const std::string& more = "", const std::string& path = "/who.txt") {
    return std::async(std::launch::async,
                      [this, path, more] { return exchange(rig_->port(), path, more); });
  }
  void expect_call_of_new() {
    rig_->serve(Side::kNew);
    let_caller_in();
    rig_->hold(AtDeadline::kNew, kDeadlineMs);
    EXPECT_THAT(ask().get(), HasSubstr("\r\n\r\nnew"));
    EXPECT_EQ(rig_->counts().self_calls, 1U);
    let_caller_end();
  }
  // It is held, and goes on once a side is decided.
  void expect_held(std::future<std::string> asked) {
    EXPECT_TRUE(rig_->eventually_held(1));
    EXPECT_EQ(asked.wait_for(milliseconds(200)), std::future_status::timeout);
    rig_->serve(Side::kOld);
    EXPECT_THAT(asked.get(), HasSubstr(" 200 "));
    EXPECT_EQ(rig_->counts().self_calls, 0U);
  }

  std::unique_ptr<Rig> rig_;
  std::unique_ptr<Connection> caller_;
  harness::TempDir dir_{"self"};
  const std::string goes_on_ = dir_ / "go";
};

TEST_P(SelfCalls, IsServedByTheSideThatIsDrainedAndCountedIn) {
  start("On");
  let_caller_in();
  rig_->hold(AtDeadline::kOld, kDeadlineMs);
  const std::string end = dir_ / "end";
  auto call = ask("", "/cgi/slow?" + end);
  EXPECT_TRUE(eventually([this] { return rig_->counts().in_flight == 2; }));
  EXPECT_THAT(ask().get(), HasSubstr("\r\n\r\nold")) << "the next one of the same caller";
  harness::write_file(end, "");
  EXPECT_THAT(call.get(), HasSubstr("done"));
  EXPECT_TRUE(eventually([this] { return rig_->counts().in_flight == 1; }));
  EXPECT_EQ(rig_->counts().self_calls, 2U);
  EXPECT_EQ(rig_->counts().held, 0U);
  let_caller_end();
  EXPECT_THAT(rig_->old_host().access_log(),
              testing::ContainsRegex("/who.txt 200 side=old held=[0-9][0-9]"));
}

TEST_P(SelfCalls, InARollbackItIsTheNewHostThatCalls) {
  start("On");
  expect_call_of_new();
}

TEST_P(SelfCalls, InARollbackTheNewHostIsKnownByItsNameToo) {
  const std::string port = std::to_string(harness::free_port());
  RigOptions options;
  options.new_server = "Listen 127.0.0.1:" + port;
  options.site = "CutoverNewHost http://localhost:" + port + "\n";
  start("On", options);
  expect_call_of_new();
}

TEST_P(SelfCalls, InARollbackABalancersMembersAreTheNewHost) {
  const std::string port = std::to_string(harness::free_port());
  RigOptions options;
  options.load = {"slotmem_shm", "proxy", "proxy_balancer", "lbmethod_byrequests"};
  options.new_server = "Listen 127.0.0.1:" + port;
  options.server =
      "<Proxy balancer://shop>\nBalancerMember http://127.0.0.1:" + port + "\n</Proxy>";
  options.site = "CutoverNewHost balancer://shop\n";
  start("On", options);
  expect_call_of_new();
}

TEST_P(SelfCalls, BehindTheSealItIsHeld) {
  start("On");
  let_caller_in();
  rig_->hold(AtDeadline::kRefuse, kDeadlineMs);
  expect_held(ask());
  let_caller_end();
}

TEST_P(SelfCalls, WhoCameJustBeforeTheSealIsHeld) {
  start("On");
  let_caller_in();
  rig_->hold(AtDeadline::kOld, kDeadlineMs);
  auto call = ask();
  rig_->hold(AtDeadline::kRefuse, kDeadlineMs);
  EXPECT_TRUE(eventually([this] {
    return rig_->counts().held_now + static_cast<std::int64_t>(rig_->counts().self_calls) == 1;
  }));
  rig_->serve(Side::kOld);
  EXPECT_THAT(call.get(), HasSubstr(" 200 "));
  let_caller_end();
}

TEST_P(SelfCalls, WithNobodyInFlightItIsAVisitorsOfThisMachine) {
  start("On");
  rig_->hold(AtDeadline::kOld, kDeadlineMs);
  expect_held(ask());
}

TEST_P(SelfCalls, WhatAProxyPassesOnIsHeld) {
  start("On");
  let_caller_in();
  for (const char* header : {kPassedOn, "Via: 1.1 cache\r\n", "X-Real-IP: 192.0.2.7\r\n"}) {
    rig_->hold(AtDeadline::kOld, kDeadlineMs);
    expect_held(ask(header));
  }
  let_caller_end();
}

TEST_P(SelfCalls, OffItIsHeld) {
  start("Off");
  let_caller_in();
  rig_->hold(AtDeadline::kOld, kDeadlineMs);
  expect_held(ask());
  let_caller_end();
}

TEST_P(SelfCalls, WhoCallsAndDoesNotWaitIsServedByNobodyWhileItIsDrained) {
  start("On");
  let_caller_in();
  rig_->hold(AtDeadline::kOld, kDeadlineMs);
  Connection forgets(rig_->port());
  forgets.send(post_request("/who.txt?forgotten"));
  forgets.close();
  EXPECT_TRUE(eventually([this] { return rig_->counts().client_gone == 1; }));
  EXPECT_EQ(rig_->counts().self_calls, 0U);
  EXPECT_EQ(rig_->counts().in_flight, 1) << "the drain waits for its caller alone";
  rig_->serve(Side::kNew);
  let_caller_end();
}

TEST_P(SelfCalls, AutoLetsThemThroughWhereVisitorsComeFromElsewhere) {
  start("auto");
  visit(20, kPassedOn);
  visit(30, "");
  let_caller_in();
  rig_->hold(AtDeadline::kOld, kDeadlineMs);
  EXPECT_THAT(ask().get(), HasSubstr("\r\n\r\nold"));
  EXPECT_EQ(rig_->counts().own, 31U);
  let_caller_end();
}

TEST_P(SelfCalls, AutoTakesAProxyThatAddsNoHeaderForNoSelfCalls) {
  start("auto");
  visit(30, "");
  let_caller_in();
  rig_->hold(AtDeadline::kOld, kDeadlineMs);
  expect_held(ask());
  let_caller_end();
}

INSTANTIATE_TEST_SUITE_P(Mpms, SelfCalls,
                         testing::Values(Mpm::kEvent, Mpm::kWorker, Mpm::kPrefork));

}  // namespace
}  // namespace cutover::test
