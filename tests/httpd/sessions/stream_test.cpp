// SPDX-License-Identifier: Apache-2.0
// Streams of a session that is not idle in a hold, and sessions for which there is no room.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/httpd/crowd.h"
#include "tests/httpd/sessions/client.h"

namespace cutover::test {
namespace {

using harness::eventually;
using testing::HasSubstr;

// Each of them has one request in flight, which ends when the file is there.
Http2Clients busy(Rig& rig, std::size_t number, const std::string& end) {
  Http2Clients all = clients(number, rig.port());
  ask_all(all, "/cgi/slow?" + end, 1);
  EXPECT_TRUE(eventually([&] {
    for (auto& one : all) one->go_on();
    return rig.counts().in_flight == static_cast<std::int64_t>(number);
  })) << rig.counts().in_flight;
  return all;
}

TEST_F(OnHttp2, StreamsOfABusySessionBlockWithoutABudget) {
  Rig rig(options());
  rig.start();
  const std::string end = rig.directory() + "/end";
  Http2Clients all = busy(rig, 2, end);
  rig.hold(AtDeadline::kRefuse);
  ask_all(all, "/who.txt", 30);
  EXPECT_TRUE(eventually([&] {
    for (auto& one : all) one->go_on();
    return rig.counts().held_now >= 6;
  })) << rig.counts().held_now;
  EXPECT_EQ(rig.counts().in_flight, 2);
  harness::write_file(end, "");
  EXPECT_TRUE(eventually([&] {
    for (auto& one : all) one->go_on();
    return rig.counts().in_flight == 0;
  }));
  rig.serve(Side::kNew);
  EXPECT_TRUE(eventually_done(all));
  EXPECT_EQ(count(all, 200, "new"), 60U);
  EXPECT_EQ(count(all, 200, "done\n"), 2U);
  EXPECT_EQ(rig.counts().shed + rig.counts().shed_held, 0U);
  expect_all_ended(rig, rig.counts().held);
}

// Then httpd's listener finds nobody to hand a connection to: the release must not need it.
TEST_F(OnHttp2, AReleaseComesWhereEveryThreadIsASessionsWithHeldStreams) {
  RigOptions options = this->options();
  options.site += "CutoverLocal /cgi/slow/local\n";
  Rig rig(options);
  rig.start();
  const std::string end = rig.directory() + "/end";
  std::filesystem::permissions(rig.directory(), std::filesystem::perms::all);
  Http2Clients all = busy(rig, 4, end);
  rig.hold(AtDeadline::kRefuse);
  std::vector<std::unique_ptr<TlsClient>> parked;
  for (int i = 0; i < 5; ++i) {
    parked.push_back(std::make_unique<TlsClient>(rig.port()));
    parked.back()->send(get_request("/who.txt", "Connection: close\r\n"));
  }
  ASSERT_TRUE(rig.eventually_held(5));
  std::vector<std::unique_ptr<TlsClient>> local;
  for (int i = 0; i < 2; ++i) {
    const std::string mine = rig.directory() + "/local" + std::to_string(i);
    local.push_back(std::make_unique<TlsClient>(rig.port()));
    local.back()->send(get_request("/cgi/slow/local?" + mine, "Connection: close\r\n"));
    EXPECT_TRUE(eventually([&] { return std::filesystem::exists(mine + ".begun"); }));
  }
  ask_all(all, "/who.txt", 5);
  harness::write_file(end, "");
  EXPECT_TRUE(eventually([&] {
    for (auto& one : all) one->go_on();
    return rig.counts().in_flight == 0 && rig.counts().held_now > 10;
  })) << rig.counts().held_now;
  const auto began = std::chrono::steady_clock::now();
  rig.serve(Side::kNew);
  EXPECT_TRUE(eventually_done(all));
  for (auto& one : parked) EXPECT_THAT(one->read_until("until it closes"), HasSubstr("new"));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(3));
  EXPECT_EQ(count(all, 200, "new"), 20U);
  for (int i = 0; i < 2; ++i)
    harness::write_file(rig.directory() + "/local" + std::to_string(i), "");
  expect_all_ended(rig, rig.counts().held);
}

TEST_F(OnHttp2, PastTheLimitAStreamIsRefusedAsHttp2SaysIt) {
  RigOptions options = this->options();
  options.site += "CutoverHoldLimit 3\n";
  Rig rig(options);
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  Http2Clients all = clients(3, rig.port());
  ask_all(all, "/who.txt", 2);
  ASSERT_TRUE(eventually_held(rig, all, 3)) << rig.counts().held_now;
  const harness::Finished fourth = harness::run(
      {"nghttp", "-nv", "https://127.0.0.1:" + std::to_string(rig.port()) + "/who.txt"});
  EXPECT_THAT(fourth.output, HasSubstr("error_code=REFUSED_STREAM(0x07)"));
  EXPECT_EQ(rig.counts().shed, 1U);
  EXPECT_THAT(rig.old_host().access_log(), HasSubstr("GET /who.txt 503 side=-"));
  rig.serve(Side::kNew);
  EXPECT_TRUE(eventually_done(all));
  EXPECT_EQ(count(all, 200, "new"), 6U);
  expect_all_ended(rig, rig.counts().held);
}

TEST_F(OnHttp2, WithoutParkingTheyBlockWithinTheBudget) {
  RigOptions options = this->options(8);
  options.mpm = Mpm::kWorker;
  options.server.clear();
  Rig rig(options);
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  Http2Clients all = clients(3, rig.port());
  ask_all(all, "/who.txt", 2);
  ASSERT_TRUE(eventually_held(rig, all, 6)) << rig.counts().held_now;
  const harness::Finished fourth = harness::run(
      {"nghttp", "-nv", "https://127.0.0.1:" + std::to_string(rig.port()) + "/who.txt"});
  EXPECT_THAT(fourth.output, HasSubstr("error_code=REFUSED_STREAM(0x07)"));
  EXPECT_EQ(rig.admin().get("/cutover/status.json").status, 200);
  rig.serve(Side::kNew);
  EXPECT_TRUE(eventually_done(all));
  EXPECT_EQ(count(all, 200, "new"), 6U);
  expect_all_ended(rig, rig.counts().held);
}

TEST_F(OnHttp2, WhatASessionCountsForIsSaidAtTheStart) {
  {
    Rig rig(options());
    rig.start();
    EXPECT_THAT(rig.old_host().error_log(),
                HasSubstr("; a session of HTTP/2 counts as one, whatever it asks for"));
  }
  RigOptions options = this->options();
  options.mpm = Mpm::kWorker;
  options.server.clear();
  {
    Rig rig(options);
    rig.start();
    EXPECT_THAT(rig.old_host().error_log(), HasSubstr("; of HTTP/2 each request counts as one"));
  }
  options.mpm = Mpm::kPrefork;
  Rig rig(options);
  rig.start();
  EXPECT_THAT(rig.old_host().error_log(), HasSubstr("; no HTTP/2, which takes another MPM"));
}

}  // namespace
}  // namespace cutover::test
