// SPDX-License-Identifier: Apache-2.0
// The window of a release, against hosts that answer, slow down, fail and fall silent.
#include "shared/figures/release_window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <random>
#include <utility>

namespace cutover {
namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kSecond = 1000 * kMs;

// The clock, and a host: all that have room go out at once and are answered together. Threads for
// so many can be spared.
struct Release {
  explicit Release(int most) : most(most) {}

  int at_once() const { return std::min(window.width(), most); }
  void fill() { under_way = std::max(under_way, at_once()); }
  void flight(const std::function<std::int64_t()>& took) {
    fill();
    now += 10 * kMs;
    for (int i = std::exchange(under_way, 0); i > 0; --i) window.heard(now, took(), at_once());
  }
  void flights(int number, std::int64_t took) {
    for (int i = 0; i < number; ++i) flight([=] { return took; });
  }
  // Of each flight so many in a hundred fail.
  void failing_flights(int number, int per_hundred) {
    for (int i = 0; i < number; ++i) {
      fill();
      const int all = std::exchange(under_way, 0);
      for (int n = 0; n < all; ++n) {
        if (n * 100 < all * per_hundred)
          window.heard_failure(now);
        else
          window.heard(now, 5 * kMs, all);
      }
    }
  }
  // As the waker does: who is due lapses, then it looks.
  void silence(std::int64_t ns) {
    now += ns;
    under_way = 0;
    window.look_for_silence(now);
  }

  std::int64_t now = 100 * kSecond;
  ReleaseWindow window{now};
  int most;
  int under_way = 0;
};

TEST(ReleaseWindow, BeginsWithTenAndOpensByFiftyAFlightAtMost) {
  Release release(1000);
  EXPECT_EQ(release.window.width(), 10);
  release.flights(1, 20 * kMs);
  EXPECT_EQ(release.window.width(), 20);
  release.flights(1, 20 * kMs);
  EXPECT_EQ(release.window.width(), 40);
  release.flights(1, 20 * kMs);
  EXPECT_NEAR(release.window.width(), 75, 5);
  for (int i = 0; i < 5; ++i) {
    const int before = release.window.width();
    release.flights(1, 20 * kMs);
    EXPECT_GE(release.window.width(), before + 30);
    EXPECT_LE(release.window.width(), before + 50);
  }
}

TEST(ReleaseWindow, DoesNotOpenWhereThreadsKeepRequestsBack) {
  Release release(22);
  release.flights(50, 5 * kMs);
  EXPECT_GE(release.window.width(), 22);
  EXPECT_LE(release.window.width(), 30);
}

TEST(ReleaseWindow, NarrowsWhenTheHostSlowsDown) {
  Release release(22);
  release.flights(5, 10 * kMs);
  ASSERT_EQ(release.at_once(), 22);
  release.flights(20, 200 * kMs);
  EXPECT_LE(release.window.width(), 6);
  EXPECT_GE(release.window.width(), 2);
  release.flights(40, 10 * kMs);
  EXPECT_EQ(release.at_once(), 22) << "and opens again";
}

// A host that serves thirty at a time, before a child that could send it a thousand.
TEST(ReleaseWindow, SlowStartEndsWhereTheHostBeginsToQueue) {
  Release release(1000);
  int widest = 0;
  for (int i = 0; i < 60; ++i) {
    release.fill();
    const std::int64_t took = 20 * kMs * std::max(30, release.under_way) / 30;
    release.flight([=] { return took; });
    widest = std::max(widest, release.window.width());
  }
  EXPECT_LE(widest, 120);
  EXPECT_GE(release.window.width(), 30);
  EXPECT_LE(release.window.width(), 60);
}

TEST(ReleaseWindow, AConstantTimeIsNotSlowHoweverLong) {
  Release release(22);
  release.flights(50, 700 * kMs);
  EXPECT_EQ(release.at_once(), 22);
}

TEST(ReleaseWindow, AnswersThatTakeALittleLongerAreNotSlow) {
  Release release(22);
  release.flights(5, 10 * kMs);
  release.flights(20, 14 * kMs);
  EXPECT_EQ(release.at_once(), 22);
  release.flights(20, kMs / 2);
  EXPECT_EQ(release.at_once(), 22);
}

// Thousands of answers: among so many rounds some are all but quick ones.
TEST(ReleaseWindow, AMixOfQuickAndSlowPagesDoesNotNarrowIt) {
  for (const double share_of_slow : {0.03, 0.5, 0.9}) {
    Release release(22);
    std::mt19937 random(7);
    std::bernoulli_distribution slow(share_of_slow);
    double sum = 0;
    for (int i = 0; i < 400; ++i) {
      release.flight([&] { return slow(random) ? 300 * kMs : 3 * kMs; });
      sum += release.at_once();
    }
    EXPECT_GT(sum / 400, 19) << share_of_slow;
  }
}

TEST(ReleaseWindow, IsHalvedWhileTheHostFailsAndStaysAtTheNarrowest) {
  Release release(22);
  release.flights(5, 5 * kMs);
  release.failing_flights(1, 100);
  EXPECT_LE(release.window.width(), 15);
  release.failing_flights(20, 100);
  EXPECT_EQ(release.window.width(), 2);
  release.fill();
  EXPECT_EQ(release.under_way, 2);
}

TEST(ReleaseWindow, AFailureNowAndThenIsAPagesOwn) {
  Release release(22);
  release.failing_flights(50, 5);
  EXPECT_EQ(release.at_once(), 22);
}

// Failures come at once, and would look like a very fast host.
TEST(ReleaseWindow, AFailureIsNoTimeOfAnAnswer) {
  Release release(22);
  release.failing_flights(10, 100);
  release.flights(60, 300 * kMs);
  EXPECT_EQ(release.at_once(), 22);
}

TEST(ReleaseWindow, ASilentHostGetsFewAndMoreAndMoreRarely) {
  Release release(22);
  release.flights(5, 5 * kMs);
  release.fill();
  ASSERT_EQ(release.window.patience_ns(), kSecond);
  release.silence(kSecond);
  EXPECT_EQ(release.window.width(), 2);
  EXPECT_EQ(release.window.patience_ns(), 2 * kSecond);
  release.fill();
  EXPECT_EQ(release.under_way, 2) << "beside those that are not counted any more";
  release.silence(2 * kSecond);
  EXPECT_EQ(release.window.patience_ns(), 4 * kSecond);
  for (int i = 0; i < 24; ++i) release.window.heard(release.now, 3 * kSecond, release.at_once());
  EXPECT_GT(release.window.width(), 10) << "it speaks again: slow start";
  EXPECT_EQ(release.window.patience_ns(), 6 * kSecond) << "twice the time that answers take now";
}

// What stands in shared memory may be of two writers, or of none.
TEST(ReleaseWindow, WhateverItIsMadeOfItHasAWidth) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 20'000; ++i) {
    std::array<std::uint64_t, sizeof(WindowFigures) / 8> bits{};
    for (std::uint64_t& word : bits) word = i % 3 == 0 ? ~std::uint64_t{0} << (i % 64) : random();
    WindowFigures figures;
    std::memcpy(static_cast<void*>(&figures), &bits, sizeof figures);
    ReleaseWindow window(figures);
    for (int n = 0; n < 40; ++n) {
      n % 5 == 0 ? window.heard_failure(n) : window.heard(n, n * kMs, n);
      ASSERT_GE(window.width(), 2);
      ASSERT_LE(window.width(), 100'000);
    }
    window.look_for_silence(kSecond);
    EXPECT_GT(window.patience_ns(), 0);
  }
}

}  // namespace
}  // namespace cutover
