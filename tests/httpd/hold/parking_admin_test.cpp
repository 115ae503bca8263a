// SPDX-License-Identifier: Apache-2.0
// What an administrator, a crash or a lack of means does to requests that are parked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/harness/signals.h"
#include "tests/httpd/crowd.h"
#include "tests/httpd/parking.h"

namespace cutover::test {
namespace {

namespace fs = std::filesystem;
using harness::eventually;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::HasSubstr;

std::size_t descriptors(pid_t pid) {
  const fs::directory_iterator all("/proc/" + std::to_string(pid) + "/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// Those that serve: of many threads. What becomes the coordinator is httpd, too, for a moment.
std::set<pid_t> children_of(Rig& rig) {
  std::set<pid_t> serving;
  for (const pid_t pid : rig.old_host().children()) {
    std::error_code gone;
    const std::filesystem::directory_iterator tasks("/proc/" + std::to_string(pid) + "/task", gone);
    if (!gone && std::distance(begin(tasks), end(tasks)) > 2) serving.insert(pid);
  }
  return serving;
}

std::set<pid_t> all_children_of(Rig& rig, std::size_t number) {
  std::set<pid_t> found;
  EXPECT_TRUE(eventually([&] { return (found = children_of(rig)).size() == number; }));
  return found;
}

// mod_cgid's daemon may have joined them.
bool still_there(const std::set<pid_t>& before, Rig& rig) {
  const std::set<pid_t> now = children_of(rig);
  return std::includes(now.begin(), now.end(), before.begin(), before.end());
}

class ParkedWhile : public testing::Test {
 protected:
  ParkedWhile() : rig_(roomy()) {}

  // So many requests are held.
  Crowd& park(std::size_t number) {
    rig_.start();
    rig_.hold(AtDeadline::kRefuse);
    crowd_ = std::make_unique<Crowd>(rig_.port(), number);
    crowd_->get_all("/who.txt");
    EXPECT_TRUE(rig_.eventually_held(static_cast<std::int64_t>(number)));
    return *crowd_;
  }
  std::set<pid_t> children() { return children_of(rig_); }

  Rig rig_;
  std::unique_ptr<Crowd> crowd_;
};

TEST_F(ParkedWhile, AGracefulKeepsThem) {
  Crowd& before = park(200);
  rig_.old_host().graceful();
  EXPECT_EQ(rig_.counts().held_now, 200);
  Crowd after(rig_.port(), 100);
  after.get_all("/who.txt");
  ASSERT_TRUE(rig_.eventually_held(300));
  rig_.serve(Side::kNew);
  EXPECT_EQ(before.read(1), 200U);
  EXPECT_EQ(after.read(1), 100U);
  EXPECT_EQ(before.count(200, "new") + after.count(200, "new"), 300U);
  expect_all_ended(rig_, 300);
}

TEST_F(ParkedWhile, AGracefulStopAnswersThemAndEnds) {
  Crowd& crowd = park(200);
  harness::signal_to(rig_.old_host().pid(), SIGWINCH);
  EXPECT_TRUE(eventually([&] { return !harness::accepts_connections("127.0.0.1", rig_.port()); }));
  EXPECT_EQ(rig_.counts().held_now, 200);
  rig_.serve(Side::kNew);
  EXPECT_EQ(crowd.read(1), 200U);
  EXPECT_EQ(crowd.count(200, "new"), 200U);
  EXPECT_TRUE(eventually([&] { return !rig_.old_host().running(); })) << "ends by itself";
  expect_all_ended(rig_, 200);
}

TEST_F(ParkedWhile, AGracefulStopWithNobodyWhoDecidesEndsAtTheDeadline) {
  Crowd& crowd = park(50);
  rig_.hold(AtDeadline::kRefuse, 1000);
  harness::signal_to(rig_.old_host().pid(), SIGWINCH);
  crowd.read(1);
  for (std::size_t i = 0; i < crowd.size(); ++i) EXPECT_EQ(crowd.answers(i).at(0).status, 503);
  EXPECT_TRUE(eventually([&] { return !rig_.old_host().running(); }));
  expect_all_ended(rig_, 50);
}

TEST_F(ParkedWhile, AStopEndsAtOnce) {
  Crowd& crowd = park(200);
  const auto asked = steady_clock::now();
  EXPECT_EQ(rig_.old_host().stop(), 0);
  EXPECT_LT(steady_clock::now() - asked, seconds(5));
  crowd.read(1);
  EXPECT_EQ(crowd.ended(), 200U);
  expect_all_ended(rig_, 200);
}

TEST_F(ParkedWhile, ARestartGivesTheCountsBack) {
  Crowd& crowd = park(200);
  rig_.old_host().restart();
  crowd.read(1);
  EXPECT_EQ(crowd.ended(), 200U);
  expect_all_ended(rig_, 200);
  rig_.serve(Side::kNew);
  EXPECT_EQ(rig_.ask(), "new");
}

TEST_F(ParkedWhile, AKilledChildGivesItsOwnBackAndTheOthersGoOn) {
  rig_.old_host().expect_crashes();
  Crowd& crowd = park(200);
  ASSERT_EQ(harness::signal_to(rig_.owner_of_most_work(), SIGKILL), 0);
  ASSERT_TRUE(eventually([&] { return rig_.counts().client_gone > 0; }));
  const std::int64_t lost = 200 - rig_.counts().held_now;
  EXPECT_LT(lost, 200) << "the other child held some, too";
  rig_.serve(Side::kNew);
  EXPECT_EQ(crowd.read(1), static_cast<std::size_t>(200 - lost));
  expect_all_ended(rig_, 200);
}

TEST_F(ParkedWhile, TheParkerTakesNoTimeOfTheProcessor) {
  Crowd& crowd = park(300);
  const auto ticks = [&] {
    long sum = 0;
    for (const pid_t pid : children()) sum += cpu_ticks(pid);
    return sum;
  };
  std::this_thread::sleep_for(milliseconds(200));
  const long before = ticks();
  std::this_thread::sleep_for(milliseconds(1500));
  EXPECT_LE(ticks() - before, 1) << "ticks of 10 ms";
  rig_.serve(Side::kOld);
  EXPECT_EQ(crowd.read(1), 300U);
}

TEST_F(ParkedWhile, EachHasTwoDescriptorsAndGivesOneBack) {
  Crowd& crowd = park(100);
  const auto in_all = [this] {
    std::size_t sum = 0;
    for (const pid_t pid : children()) sum += descriptors(pid);
    return sum;
  };
  // The last of them are counted as held a moment before they have their second one.
  std::size_t held = 0;
  ASSERT_TRUE(eventually([&] {
    held = in_all();
    std::this_thread::sleep_for(milliseconds(200));
    return held == in_all();
  }));
  rig_.serve(Side::kOld);
  EXPECT_EQ(crowd.read(1), 100U);
  for (std::size_t i = 0; i < crowd.size(); ++i) crowd.leave(i);
  EXPECT_TRUE(eventually([&] { return in_all() + 200 == held; })) << held << " " << in_all();
}

TEST(ParkedWithFewDescriptors, SomeAreShedAndNoChildIsLost) {
  Rig rig(roomy());
  rig.start();
  limit_descriptors(rig.old_host(), 150);
  const auto children = all_children_of(rig, 2);
  rig.hold(AtDeadline::kRefuse);
  Crowd crowd(rig.port(), 130);
  crowd.get_all("/who.txt");
  // Whoever is shed reads that and goes.
  ASSERT_TRUE(eventually([&] {
    crowd.read(1, milliseconds(20));
    return rig.counts().held == 130;
  })) << rig.counts().held;
  const std::uint64_t shed = rig.counts().shed_held;
  EXPECT_GT(shed, 0U);
  EXPECT_LT(shed, 130U);
  EXPECT_EQ(rig.admin().get("/cutover/status.json").status, 200);
  rig.serve(Side::kNew);
  crowd.read(1);
  EXPECT_EQ(crowd.count(200, "new"), 130 - shed);
  std::size_t refused = 0;
  for (std::size_t i = 0; i < crowd.size(); ++i) {
    if (crowd.answers(i).at(0).status != 503) continue;
    ++refused;
    EXPECT_THAT(crowd.answers(i).at(0).head, HasSubstr("Retry-After: 5"));
    EXPECT_THAT(crowd.answers(i).at(0).head, HasSubstr("Connection: close"));
  }
  EXPECT_EQ(refused, shed);
  expect_all_ended(rig, 130);
  EXPECT_TRUE(still_there(children, rig));
}

TEST(ParkedWithFewDescriptors, WithNoneLeftTheThreadsThemselvesWait) {
  RigOptions options = roomy();
  options.processes = 1;
  Rig rig(options);
  rig.start();
  // Fewer than the 38 that are never parked with, and enough for everybody who comes.
  limit_descriptors(rig.old_host(), descriptors(*all_children_of(rig, 1).begin()) + 32);
  const auto children = all_children_of(rig, 1);
  rig.hold(AtDeadline::kRefuse);
  Crowd crowd(rig.port(), 8);
  crowd.get_all("/who.txt");
  ASSERT_TRUE(rig.eventually_held(4)) << "two of six threads are left to others";
  ASSERT_TRUE(eventually([&] { return rig.counts().shed_held == 4; }));
  EXPECT_EQ(rig.admin().get("/cutover/status.json").status, 200);
  rig.serve(Side::kNew);
  EXPECT_EQ(crowd.read(1), 4U);
  expect_all_ended(rig, 8);
  EXPECT_TRUE(still_there(children, rig));
}

}  // namespace
}  // namespace cutover::test
