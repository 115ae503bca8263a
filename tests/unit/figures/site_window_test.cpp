// SPDX-License-Identifier: Apache-2.0
// One window over several children: its places, its shares, and what a dead child leaves.
#include "shared/figures/site_window.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/unit/memory/counter_memory.h"

namespace cutover {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kNow = 1000 * kSecond;
constexpr std::int64_t kUntil = kNow + 30 * kSecond;
constexpr std::uint64_t kWord = 77;

class SiteWindowTest : public testing::Test {
 protected:
  SiteWindowTest() {
    for (std::int32_t pid = 100; pid < 116; ++pid) {
      ChildSlot& slot = claim_slot(memory_.area, pid);
      windows_.emplace_back(memory_.area, 0, slot.sites[0], pid);
    }
  }
  SiteCounters& of(std::size_t child) { return memory_.area.slots[child].sites[0]; }
  void begin(std::int64_t waiting_each = 10) {
    for (std::size_t i = 0; i < windows_.size(); ++i) {
      of(i).releasing.store(waiting_each);
      windows_[i].begin(kWord, kUntil, kNow);
    }
  }
  int take_all(std::int64_t now = kNow) {
    int taken = 0;
    for (bool more = true; more;) {
      more = false;
      for (SiteWindow& window : windows_) {
        if (!window.take(now)) continue;
        ++taken;
        more = true;
      }
    }
    return taken;
  }

  CounterMemory memory_{17};
  std::vector<SiteWindow> windows_;
};

TEST_F(SiteWindowTest, SixteenChildrenHaveFiftyPlacesTogether) {
  begin();
  EXPECT_EQ(take_all(), 50);
  windows_[3].give_back();
  EXPECT_EQ(windows_[0].wanted(kNow), 1);
  EXPECT_TRUE(windows_[15].take(kNow));
  EXPECT_FALSE(windows_[14].take(kNow));
  windows_[14].take_anyway(kNow);
  EXPECT_EQ(windows_[0].wanted(kNow), 0) << "fifty-one, since the time of one was up";
}

TEST_F(SiteWindowTest, WhatOneChildHearsIsForAll) {
  begin();
  for (SiteWindow& window : windows_) ASSERT_EQ(window.width(), 50);
  std::vector<Departure> all;
  while (const auto departure = windows_[3].take(kNow)) all.push_back(*departure);
  ASSERT_EQ(all.size(), 50U);
  EXPECT_EQ(all.front().under_way, 1);
  EXPECT_EQ(all.back().under_way, 50);
  for (const Departure& departure : all) {
    windows_[0].heard(kNow, kSecond / 100, departure);
    windows_[3].give_back();
  }
  EXPECT_GT(windows_[15].width(), 60);
  EXPECT_EQ(windows_[7].take(kNow)->answered, 50U);
  for (int i = 0; i < 200; ++i) windows_[i % 16].heard_failure(kNow);
  EXPECT_EQ(windows_[7].width(), 2);
}

TEST_F(SiteWindowTest, AKilledChildsPlacesComeBack) {
  begin();
  while (windows_[0].take(kNow)) {
  }
  EXPECT_FALSE(windows_[1].take(kNow));
  const std::uint64_t seen = windows_[1].given_back().load();
  EXPECT_TRUE(retire_slot(memory_.area, 100));
  EXPECT_NE(windows_[1].given_back().load(), seen);
  EXPECT_TRUE(windows_[1].take(kNow));
  EXPECT_EQ(windows_[2].wanted(kNow), 49);
}

TEST_F(SiteWindowTest, OneThatIsKilledWithTheFiguresInItsHandsStopsNobodyForLong) {
  memory_.area.releases[0].writer.store(100);
  begin();
  EXPECT_EQ(windows_[1].width(), 50) << "of the first width, though nobody could begin";
  EXPECT_TRUE(windows_[1].take(kNow));
  windows_[1].heard_failure(kNow);
  EXPECT_TRUE(retire_slot(memory_.area, 100));
  windows_[1].begin(kWord, kUntil, kNow);
  for (int i = 0; i < 200; ++i) windows_[1].heard_failure(kNow);
  EXPECT_EQ(windows_[2].width(), 2);
}

TEST_F(SiteWindowTest, AChildThatStandsStillKeepsItsPlacesForNoLongerThanAnAnswerTakes) {
  begin();
  while (windows_[0].take(kNow)) {
  }
  EXPECT_FALSE(windows_[1].take(kNow + kSecond / 2));
  EXPECT_TRUE(windows_[1].take(kNow + 2 * kSecond));
}

TEST_F(SiteWindowTest, WhoHasMoreThanItsShareLeavesAPlaceToOthers) {
  begin();
  of(0).releasing.store(150);  // of 300, hence half of the fifty
  for (int i = 0; i < 25; ++i) EXPECT_TRUE(windows_[0].take_of_share(kNow)) << i;
  EXPECT_FALSE(windows_[0].take_of_share(kNow));
  EXPECT_TRUE(windows_[0].take(kNow)) << "if nobody wants it";
  windows_[0].give_back();
  for (std::size_t i = 1; i < 16; ++i) of(i).releasing.store(0);
  for (int i = 25; i < 50; ++i) EXPECT_TRUE(windows_[0].take_of_share(kNow)) << "nobody else waits";
}

TEST_F(SiteWindowTest, ItLastsWhileAnybodyWaitsInAnyChild) {
  EXPECT_FALSE(windows_[0].lasts(kNow));
  begin();
  EXPECT_TRUE(windows_[5].lasts(kNow));
  EXPECT_FALSE(windows_[5].lasts(kUntil)) << "the last one of those who were held is through";
  begin();
  for (std::size_t i = 0; i < 15; ++i) of(i).releasing.store(0);
  EXPECT_TRUE(windows_[0].lasts(kNow));
  of(15).releasing.store(0);
  EXPECT_FALSE(windows_[0].lasts(kNow));
  EXPECT_EQ(memory_.area.releases[0].until_ns.load(), 0) << "one glance tells the next one";
}

TEST_F(SiteWindowTest, AnotherReleaseBeginsWithFiftyAndForgetsNobody) {
  begin();
  for (int i = 0; i < 200; ++i) windows_[i % 16].heard_failure(kNow);
  ASSERT_TRUE(windows_[0].take(kNow));
  windows_[4].begin(kWord + 1, kUntil, kNow);
  EXPECT_EQ(windows_[4].width(), 50);
  for (int i = 0; i < 49; ++i) EXPECT_TRUE(windows_[4].take(kNow)) << i;
  EXPECT_FALSE(windows_[4].take(kNow));
}

// Of threads that all want the places at once never more have one than there are.
TEST_F(SiteWindowTest, NeverMoreAreTakenThanThereAre) {
  begin();
  for (int i = 0; i < 48; ++i) windows_[5].take_anyway(kNow);  // two are left
  std::atomic<int> at_once{0}, most{0}, turns{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      SiteWindow& mine = windows_[i % 4];
      while (turns.load() < 20'000) {
        if (!mine.take(kNow)) continue;
        const int now = ++at_once;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        ++turns;
        --at_once;
        mine.give_back();
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(most.load(), 2);
  for (std::size_t i = 0; i < 16; ++i) EXPECT_EQ(of(i).under_way.load(), i == 5 ? 48 : 0);
}

}  // namespace
}  // namespace cutover
