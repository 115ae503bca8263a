// SPDX-License-Identifier: Apache-2.0
// The window of a release, against hosts that answer, queue, fail and fall silent.
#include "shared/figures/release_window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <random>

namespace cutover {
namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kSecond = 1000 * kMs;

// The clock, and those under way. Threads for so many can be spared.
struct Release {
  explicit Release(std::size_t most = 1000) : most(most) {}

  void fill() {
    while (under_way.size() < std::min<std::size_t>(most, window.width())) {
      const auto number = static_cast<std::int64_t>(under_way.size()) + 1;
      under_way.push_back({{number, answered}, now});
    }
  }
  void answer() {
    const Sent first = under_way.front();
    under_way.pop_front();
    window.heard(now, now - first.at_ns, first.departure, answered++);
  }
  void fail() {
    under_way.pop_front();
    ++answered;
    window.heard_failure(now);
  }
  // A host with so many workers, which all end at once; the others wait in its queue.
  void serve(int workers, int times, std::int64_t takes) {
    for (int n = 0; n < times; ++n) {
      fill();
      now += takes;
      for (int i = 0; i < workers && !under_way.empty(); ++i) answer();
    }
  }
  // It serves all at once; of each flight so many in a hundred fail.
  void failing_flights(int number, std::size_t per_hundred) {
    for (int i = 0; i < number; ++i) {
      fill();
      now += 5 * kMs;
      const std::size_t all = under_way.size();
      for (std::size_t n = 0; n < all; ++n) n * 100 < all* per_hundred ? fail() : answer();
    }
  }
  // As the waker does: who is due lapses, then it looks.
  void silence(std::int64_t ns) {
    now += ns;
    under_way.clear();
    window.look_for_silence(now);
  }

  struct Sent {
    Departure departure;
    std::int64_t at_ns;
  };
  std::int64_t now = 100 * kSecond;
  std::uint64_t answered = 7;  // of other releases
  ReleaseWindow window{now};
  std::size_t most;
  std::deque<Sent> under_way;
};

TEST(ReleaseWindow, BeginsWithFiftyAndOpensByTwentyInTheTimeOfAnAnswer) {
  Release release;
  EXPECT_EQ(release.window.width(), 50);
  for (int flights = 1; flights <= 6; ++flights) {
    release.serve(1000, 1, 20 * kMs);
    EXPECT_GE(release.window.width(), 50 + 17 * flights);
    EXPECT_LE(release.window.width(), 50 + 20 * flights);
  }
}

TEST(ReleaseWindow, TwentyAreOnTopOfThoseThatTheHostServesAtOnce) {
  for (const int workers : {1, 5, 30, 60, 150, 400}) {
    Release release;
    int widest = 0;
    for (int i = 0; i < 60; ++i) {
      release.serve(workers, 1, 20 * kMs);
      widest = std::max(widest, release.window.width());
    }
    EXPECT_LE(widest, workers + 50) << workers;
    EXPECT_GE(release.window.width(), workers + 15) << workers;
  }
}

TEST(ReleaseWindow, SaysNothingOfMoreThanThreadsLetGo) {
  Release release(22);
  release.serve(100, 50, 5 * kMs);
  EXPECT_LE(release.window.width(), 50);
  EXPECT_GE(release.window.width(), 22);
}

TEST(ReleaseWindow, HowLongAnAnswerTakesDoesNotMatter) {
  for (const std::int64_t takes : {kMs / 10, 5 * kMs, 700 * kMs}) {
    Release release;
    release.serve(100, 20, takes);
    EXPECT_NEAR(release.window.width(), 120, 8) << takes;
  }
}

TEST(ReleaseWindow, GivesUpWhatAHostServesNoMore) {
  Release release;
  release.serve(200, 10, 20 * kMs);
  ASSERT_GT(release.window.width(), 200);
  release.serve(20, 300, 20 * kMs);
  EXPECT_LE(release.window.width(), 20 + 50);
}

TEST(ReleaseWindow, OneLuckyAnswerSaysNothing) {
  Release release;
  release.serve(5, 40, 20 * kMs);
  const int before = release.window.width();
  for (int i = 0; i < 2; ++i)
    release.window.heard(release.now, 20 * kMs, {400, release.answered}, release.answered);
  EXPECT_LE(release.window.width(), before);
}

TEST(ReleaseWindow, IsHalvedWhileTheHostFailsAndStaysAtTheNarrowest) {
  Release release;
  release.serve(100, 5, 5 * kMs);
  const int before = release.window.width();
  release.failing_flights(1, 100);
  EXPECT_LE(release.window.width(), before / 2);
  release.failing_flights(20, 100);
  EXPECT_EQ(release.window.width(), 2);
  release.fill();
  EXPECT_EQ(release.under_way.size(), 2U);
}

TEST(ReleaseWindow, AQueueThatWasFullIsNotFilledAgainAtOnce) {
  Release release;
  release.failing_flights(1, 100);
  const int after = release.window.width();
  release.serve(5, 20, 20 * kMs);
  EXPECT_LE(release.window.width(), after + 5 + 10);
  EXPECT_GT(release.window.width(), after) << "and opens again";
}

TEST(ReleaseWindow, AFailureNowAndThenIsAPagesOwn) {
  Release release(22);
  release.failing_flights(50, 5);
  EXPECT_GE(release.window.width(), 22);
}

TEST(ReleaseWindow, ASilentHostGetsFewAndMoreAndMoreRarely) {
  Release release(22);
  release.serve(22, 5, 5 * kMs);
  release.fill();
  ASSERT_EQ(release.window.patience_ns(), kSecond);
  release.silence(kSecond);
  EXPECT_EQ(release.window.width(), 2);
  EXPECT_EQ(release.window.patience_ns(), 2 * kSecond);
  release.fill();
  EXPECT_EQ(release.under_way.size(), 2U) << "beside those that are not counted any more";
  release.silence(2 * kSecond);
  EXPECT_EQ(release.window.patience_ns(), 4 * kSecond);
  release.serve(22, 4, 3 * kSecond);
  EXPECT_GE(release.window.width(), 22) << "it speaks again";
  EXPECT_EQ(release.window.patience_ns(), 12 * kSecond) << "by the time that answers take now";
}

TEST(ReleaseWindow, WhoWaitsInAQueueIsWaitedFor) {
  Release release;
  release.serve(5, 2, 900 * kMs);
  EXPECT_GT(release.window.patience_ns(), 3 * kSecond) << "of the first ten answers";
  release.serve(5, 20, 900 * kMs);
  EXPECT_GT(release.window.patience_ns(), 20 * kSecond);
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
      n % 5 == 0 ? window.heard_failure(n) : window.heard(n, n * kMs, {n, random()}, random());
      ASSERT_GE(window.width(), 2);
      ASSERT_LE(window.width(), 100'000);
    }
    window.look_for_silence(kSecond);
    EXPECT_GT(window.patience_ns(), 0);
  }
}

}  // namespace
}  // namespace cutover
