// SPDX-License-Identifier: Apache-2.0
// Where nobody can park, a release has the same window: of threads that wait for their turn, and of
// fresh requests that come meanwhile.
#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <thread>

#include "tests/harness/eventually.h"
#include "tests/harness/signals.h"
#include "tests/httpd/counting_host.h"
#include "tests/httpd/crowd.h"
#include "tests/httpd/parking.h"

namespace cutover::test {
namespace {

using harness::eventually;
using std::chrono::milliseconds;

constexpr int kFirstWindow = 50;

class BlockingPaced : public testing::TestWithParam<Mpm> {
 protected:
  explicit BlockingPaced(const std::string& site = "CutoverHoldTimeout 30s\n")
      : rig_(options(host_, site)) {
    rig_.start();
  }

  // Two children, of which each could hold all; or eighty of a thread each.
  static RigOptions options(const CountingHost& host, const std::string& site) {
    RigOptions options;
    options.mpm = GetParam();
    options.processes = 2;
    options.threads = GetParam() == Mpm::kPrefork ? 40 : 100;
    options.site = site + host.directive();
    return options;
  }
  // The first window is with the new host, which answers nothing yet.
  Crowd& begin(std::size_t number) {
    host_.block();
    rig_.hold(AtDeadline::kRefuse);
    crowd_ = std::make_unique<Crowd>(rig_.port(), number, get_request("/who.txt?held"));
    EXPECT_TRUE(rig_.eventually_held(static_cast<std::int64_t>(number)));
    rig_.serve(Side::kNew);
    EXPECT_TRUE(eventually([&] { return host_.at_once() >= kFirstWindow; }));
    return *crowd_;
  }

  CountingHost host_;
  Rig rig_;
  std::unique_ptr<Crowd> crowd_;
};

TEST_P(BlockingPaced, TheyGoByTheWindow) {
  Crowd& crowd = begin(66);
  std::this_thread::sleep_for(milliseconds(200));
  EXPECT_LE(host_.most_at_once(), kFirstWindow);
  EXPECT_EQ(rig_.counts().releasing, 16);
  host_.let_go();
  EXPECT_EQ(crowd.read(1), 66U);
  EXPECT_EQ(crowd.count(200, "new"), 66U);
  expect_all_ended(rig_, 66);
  EXPECT_EQ(rig_.counts().releasing, 0);
}

TEST_P(BlockingPaced, AFreshRequestWaitsForAPlaceAsWell) {
  Crowd& crowd = begin(60);
  Crowd fresh(rig_.port(), 1, get_request("/who.txt?fresh"));
  EXPECT_TRUE(eventually([&] { return rig_.counts().held == 61; }));
  host_.let_go();
  EXPECT_EQ(crowd.read(1), 60U);
  EXPECT_EQ(fresh.read(1), 1U);
  expect_all_ended(rig_, 61);
}

TEST_P(BlockingPaced, AnotherHoldStopsIt) {
  Crowd& crowd = begin(64);
  rig_.hold(AtDeadline::kRefuse);
  host_.let_go();
  EXPECT_TRUE(eventually([&] { return rig_.counts().in_flight == 0; })) << "drained";
  rig_.serve(Side::kOld);
  EXPECT_EQ(crowd.read(1), 64U);
  EXPECT_GE(crowd.count(200, "old"), 8U);
  expect_all_ended(rig_, 64);
}

class OfAChildEach : public BlockingPaced {};

// A killed child's place is taken by another.
TEST_P(OfAChildEach, AKilledOnesPlacesComeBack) {
  rig_.old_host().expect_crashes();
  Crowd& crowd = begin(60);
  harness::signal_to(rig_.owner_of_most_work(), SIGKILL);
  EXPECT_TRUE(eventually([&] { return host_.asked().size() > kFirstWindow; }));
  host_.let_go();
  crowd.read(1);
  std::size_t cut = 0;
  for (std::size_t i = 0; i < crowd.size(); ++i) cut += crowd.answers(i).empty() ? 1 : 0;
  EXPECT_EQ(crowd.count(200, "new") + cut, 60U);
  EXPECT_EQ(rig_.counts().releasing, 0);
}

class BlockingWithAShortHold : public BlockingPaced {
 protected:
  BlockingWithAShortHold() : BlockingPaced("CutoverHoldTimeout 5s\nCutoverDrainTimeout 1s\n") {}
};

TEST_P(BlockingWithAShortHold, WhoseTimeIsUpGoesWhateverTheWindow) {
  Crowd& crowd = begin(54);
  EXPECT_TRUE(eventually([&] { return host_.at_once() == 54; }));
  host_.let_go();
  EXPECT_EQ(crowd.read(1), 54U);
  expect_all_ended(rig_, 54);
  EXPECT_EQ(rig_.counts().timed_out, 0U);
}

INSTANTIATE_TEST_SUITE_P(Mpms, BlockingPaced, testing::Values(Mpm::kWorker, Mpm::kPrefork));
INSTANTIATE_TEST_SUITE_P(Mpms, OfAChildEach, testing::Values(Mpm::kPrefork));
INSTANTIATE_TEST_SUITE_P(Mpms, BlockingWithAShortHold,
                         testing::Values(Mpm::kWorker, Mpm::kPrefork));

}  // namespace
}  // namespace cutover::test
