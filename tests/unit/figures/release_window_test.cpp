// SPDX-License-Identifier: Apache-2.0
// The window of a release, against hosts that answer, slow down, fail and fall silent.
#include "shared/figures/release_window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

namespace cutover {
namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kSecond = 1000 * kMs;

// The clock, and a host: all that have room go out at once and are answered together.
struct Release {
  explicit Release(int most) : window(most) { window.begin(now); }

  void fill() {
    while (window.has_room()) window.let_go();
  }
  void flight(const std::function<std::int64_t()>& took) {
    fill();
    const int number = window.under_way();
    now += 10 * kMs;
    for (int i = 0; i < number; ++i) {
      window.ended(false);
      window.heard(now, took());
    }
  }
  void flights(int number, std::int64_t took) {
    for (int i = 0; i < number; ++i) flight([=] { return took; });
  }
  // Of each flight so many in a hundred fail.
  void failing_flights(int number, int per_hundred) {
    for (int i = 0; i < number; ++i) {
      fill();
      const int all = window.under_way();
      for (int n = 0; n < all; ++n) {
        window.ended(false);
        if (n * 100 < all * per_hundred)
          window.heard_failure(now);
        else
          window.heard(now, 5 * kMs);
      }
    }
  }
  // As the waker does: who is due lapses, then it looks.
  void silence(std::int64_t ns) {
    now += ns;
    const int due = window.under_way();
    for (int i = 0; i < due; ++i) window.lapsed();
    window.look_for_silence(now);
  }

  ReleaseWindow window;
  std::int64_t now = 100 * kSecond;
};

TEST(ReleaseWindow, BeginsWithTenAndDoublesWithEachFlight) {
  Release release(1000);
  EXPECT_EQ(release.window.width(), 10);
  release.flights(1, 20 * kMs);
  EXPECT_EQ(release.window.width(), 20);
  release.flights(1, 20 * kMs);
  EXPECT_EQ(release.window.width(), 40);
  release.flights(3, 20 * kMs);
  EXPECT_EQ(release.window.width(), 320);
}

TEST(ReleaseWindow, IsNeverWiderThanTheThreadsThatCanBeSpared) {
  Release release(22);
  for (int i = 0; i < 50; ++i) {
    release.fill();
    EXPECT_LE(release.window.under_way(), 22);
    release.flights(1, 5 * kMs);
  }
  EXPECT_EQ(release.window.width(), 22);
  for (const int most : {1, 2, 4}) {
    Release small(most);
    small.fill();
    EXPECT_EQ(small.window.under_way(), most);
  }
}

TEST(ReleaseWindow, NarrowsWhenTheHostSlowsDown) {
  Release release(22);
  release.flights(5, 10 * kMs);
  ASSERT_EQ(release.window.width(), 22);
  release.flights(20, 200 * kMs);
  EXPECT_LE(release.window.width(), 6);
  EXPECT_GE(release.window.width(), 2);
  release.flights(40, 10 * kMs);
  EXPECT_EQ(release.window.width(), 22) << "and opens again";
}

// A host that serves thirty at a time, before a child that could send it a thousand.
TEST(ReleaseWindow, SlowStartEndsWhereTheHostBeginsToQueue) {
  Release release(1000);
  int widest = 0;
  for (int i = 0; i < 60; ++i) {
    release.fill();
    const std::int64_t took = 20 * kMs * std::max(30, release.window.under_way()) / 30;
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
  EXPECT_EQ(release.window.width(), 22);
}

TEST(ReleaseWindow, AnswersThatTakeALittleLongerAreNotSlow) {
  Release release(22);
  release.flights(5, 10 * kMs);
  release.flights(20, 14 * kMs);
  EXPECT_EQ(release.window.width(), 22);
  release.flights(20, kMs / 2);
  EXPECT_EQ(release.window.width(), 22);
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
      sum += release.window.width();
    }
    EXPECT_GT(sum / 400, 19) << share_of_slow;
  }
}

TEST(ReleaseWindow, IsHalvedWhileTheHostFailsAndStaysAtTheNarrowest) {
  Release release(22);
  release.flights(5, 5 * kMs);
  release.failing_flights(1, 100);
  EXPECT_EQ(release.window.width(), 11);
  release.failing_flights(20, 100);
  EXPECT_EQ(release.window.width(), 2);
  release.fill();
  EXPECT_EQ(release.window.under_way(), 2);
}

TEST(ReleaseWindow, AFailureNowAndThenIsAPagesOwn) {
  Release release(22);
  release.failing_flights(50, 5);
  EXPECT_EQ(release.window.width(), 22);
}

// Failures come at once, and would look like a very fast host.
TEST(ReleaseWindow, AFailureIsNoTimeOfAnAnswer) {
  Release release(22);
  release.failing_flights(10, 100);
  release.flights(60, 300 * kMs);
  EXPECT_EQ(release.window.width(), 22);
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
  EXPECT_EQ(release.window.under_way(), 2) << "beside those that are not counted any more";
  release.silence(2 * kSecond);
  EXPECT_EQ(release.window.patience_ns(), 4 * kSecond);
  for (int i = 0; i < 24; ++i) {
    release.window.ended(true);
    release.window.heard(release.now, 3 * kSecond);
  }
  EXPECT_EQ(release.window.under_way(), 0);
  EXPECT_GT(release.window.width(), 10) << "it speaks again: slow start";
  EXPECT_LT(release.window.patience_ns(), 4 * kSecond);
}

TEST(ReleaseWindow, WhoLapsesWhileOthersAreAnsweredNarrowsNothing) {
  Release release(22);
  release.flights(5, 5 * kMs);
  release.fill();
  for (int i = 0; i < 3; ++i) release.window.lapsed();
  release.window.look_for_silence(release.now + kSecond / 2);
  EXPECT_EQ(release.window.width(), 22);
  release.fill();
  EXPECT_EQ(release.window.under_way(), 22) << "three others in their places";
}

TEST(ReleaseWindow, AtItsNarrowestFewAreUnderWay) {
  for (const int most : {1, 2, 22}) {
    Release release(most);
    const int few = std::min(most, 2);
    for (int i = 0; i < few; ++i) {
      EXPECT_TRUE(release.window.is_narrowest()) << i;
      release.window.let_go();
    }
    EXPECT_FALSE(release.window.is_narrowest());
  }
}

TEST(ReleaseWindow, ANewReleaseKnowsNothingOfTheHostAndForgetsNobody) {
  Release release(22);
  release.flights(5, 10 * kMs);
  release.failing_flights(10, 100);
  release.fill();
  release.window.begin(release.now);
  EXPECT_EQ(release.window.width(), 10);
  EXPECT_EQ(release.window.under_way(), 2);
  release.flights(40, 900 * kMs);
  EXPECT_EQ(release.window.width(), 22) << "what was fast before is no measure";
}

}  // namespace
}  // namespace cutover
