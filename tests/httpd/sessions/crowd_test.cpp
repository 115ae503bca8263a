// SPDX-License-Identifier: Apache-2.0
// Crowds of visitors over HTTP/2, half of them connected before a hold and half in it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "tests/harness/build_paths.h"
#include "tests/httpd/paced.h"
#include "tests/httpd/sessions/client.h"
#include "tests/httpd/sessions/h2load.h"
#include "tests/httpd/sessions/served.h"

namespace cutover::test {
namespace {

using harness::eventually;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::HasSubstr;

std::string url(const Rig& rig, const std::string& scheme = "https") {
  return scheme + "://127.0.0.1:" + std::to_string(rig.port()) + "/who.txt";
}

// An httpd closes kept connections when it has no thread free, with what was just sent on them, be
// it the visitor's or mod_proxy's; that is not what is tested here.
RigOptions with_threads(RigOptions options) {
  options.processes = 2;
  options.threads = 128;
  options.server += "\nMaxKeepAliveRequests 0\nH2MinWorkers 10\nH2MaxWorkers 40\n";
  options.new_server = "MaxKeepAliveRequests 0\n";
  return options;
}

TEST_F(OnHttp2, ACrowdIsHeldAndServedAndThePageAnswersMeanwhile) {
  Rig rig(with_threads(options()));
  rig.start();
  H2Load before({url(rig), 40, 4, 6});
  ASSERT_TRUE(eventually([&] {
    const Counts c = rig.counts();
    return c.served[0] > 2000;
  })) << "they are at it";
  rig.hold(AtDeadline::kRefuse);
  H2Load in_it({url(rig), 60, 4});
  EXPECT_TRUE(eventually([&] { return rig.counts().held_now >= 95; })) << rig.counts().held_now;
  const auto until = steady_clock::now() + milliseconds(1000);
  std::vector<milliseconds> page;
  while (steady_clock::now() < until) {
    const auto asked = steady_clock::now();
    EXPECT_EQ(rig.admin().get("/cutover/status.json").status, 200);
    page.push_back(std::chrono::duration_cast<milliseconds>(steady_clock::now() - asked));
  }
  std::sort(page.begin(), page.end());
  EXPECT_LT(page[page.size() / 2], milliseconds(100));
  rig.serve(Side::kNew);
  expect_all_served(in_it.counts(), 240);
  expect_all_served(before.counts(), 2000);
  EXPECT_EQ(rig.counts().shed + rig.counts().shed_held + rig.counts().timed_out, 0U);
  expect_all_ended(rig, rig.counts().held);
}

TEST_F(OnHttp2, InTheClearTheyAreHeldToo) {
  RigOptions clear = roomy();
  clear.load = {"http2"};
  clear.vhost = "Protocols h2c http/1.1\n";
  Rig rig(with_threads(clear));
  rig.start();
  H2Load before({url(rig, "http"), 10, 1, 4});
  ASSERT_TRUE(eventually([&] { return rig.counts().served[0] > 100; }));
  rig.hold(AtDeadline::kRefuse);
  EXPECT_TRUE(eventually([&] { return rig.counts().held_now == 10; })) << rig.counts().held_now;
  H2Load in_it({url(rig, "http"), 20, 3});
  EXPECT_TRUE(eventually([&] { return rig.counts().held_now == 30; })) << rig.counts().held_now;
  rig.serve(Side::kNew);
  expect_all_served(in_it.counts(), 60);
  expect_all_served(before.counts(), 100);
  expect_all_ended(rig, rig.counts().held);
}

TEST_F(OnHttp2, NoMoreThanTheWindowGoBeforeAnAnswer) {
  CountingHost host;
  host.block();
  RigOptions options = this->options(kThreads);
  options.site += host.directive();
  Rig rig(options);
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  H2Load crowd({url(rig), 100, 2});
  ASSERT_TRUE(rig.eventually_held(100)) << rig.counts().held_now;
  rig.serve(Side::kNew);
  ASSERT_TRUE(eventually([&] { return host.at_once() >= kFirstWindow; })) << host.at_once();
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_LE(host.at_once(), kFirstWindow + 2) << "when this was asked, the first may have lapsed";
  host.let_go();
  EXPECT_EQ(crowd.counts().ok, 200);
  expect_all_ended(rig, rig.counts().held);
}

// Whoever was held asks for more than there are threads then; no session is closed between two
// requests for that.
TEST_F(OnHttp2, WhatIsMadeUpForAfterAHoldClosesNoSession) {
  Rig rig(options());
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  H2Load some({url(rig), 30, 4, 0, 20, 4});
  H2Load others({url(rig), 30, 4, 0, 40});
  ASSERT_TRUE(rig.eventually_held(60)) << rig.counts().held_now;
  rig.serve(Side::kNew);
  expect_all_served(some.counts(), 600);
  expect_all_served(others.counts(), 1200);
  expect_all_ended(rig, rig.counts().held);
}

// By the administrator's own way.
TEST_F(OnHttp2, ASwitchAndTheWayBackFailNobody) {
  RigOptions options = with_threads(this->options());
  options.coordinator = true;
  Rig rig(options);
  rig.start();
  ASSERT_TRUE(eventually([&] { return rig.admin().get("/cutover/status.json").status == 200; }));
  // Fewer than there are threads: of more, event closes some between two requests, move or no move.
  H2Load crowd({url(rig), 40, 4, 8});
  std::this_thread::sleep_for(milliseconds(1500));
  for (const char* verb : {"switch", "rollback"}) {
    const harness::Finished done = harness::run(
        {harness::product("cutoverctl"), "--state-dir", rig.state_dir(), verb, "shop"});
    EXPECT_EQ(done.exit_code, 0) << done.output;
    std::this_thread::sleep_for(milliseconds(500));
  }
  expect_all_served(crowd.counts(), 2000);
  EXPECT_THAT(rig.old_host().access_log(), HasSubstr("side=new"));
  EXPECT_THAT(rig.new_host().access_log(), HasSubstr("/who.txt"));
}

}  // namespace
}  // namespace cutover::test
