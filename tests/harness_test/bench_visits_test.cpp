// SPDX-License-Identifier: Apache-2.0
// What the benchmark makes of a move's visits; times in milliseconds, the move is asked for at
// 1000.
#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/bench/cutover/visits.h"

namespace cutover::bench {
namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kFlip = 1000 * kMs;

Visit visit(std::int64_t begin, std::int64_t end, AnsweredBy by) {
  return {begin * kMs, end * kMs, by, false, false, ""};
}

// A request every 10 ms from `from` on, answered at once.
void serve(std::vector<Visit>& visits, std::int64_t from, std::int64_t to, AnsweredBy by) {
  for (std::int64_t at = from; at < to; at += 10) visits.push_back(visit(at, at + 10, by));
}

// Old serves until 1000, and new from `from` on until 4000.
std::vector<Visit> moved_at(std::int64_t from) {
  std::vector<Visit> visits;
  serve(visits, 0, 1000, AnsweredBy::kOld);
  serve(visits, from, 4000, AnsweredBy::kNew);
  return visits;
}

MoveFigures figures(const std::vector<Visit>& visits, std::int64_t last_on_old = 1000,
                    std::int64_t first_on_new = 1005) {
  return figures_of(visits, {{0, last_on_old * kMs}},
                    {{first_on_new * kMs, first_on_new * kMs + kMs}}, kFlip);
}

TEST(Visits, ASilenceIsTheTimeWithoutAnAnswer) {
  EXPECT_EQ(figures(moved_at(1300)).silence_ms, 310);
}

TEST(Visits, WhatOldWasWorkingOnExplainsTheSilence) {
  std::vector<Visit> visits = moved_at(1420);
  visits.push_back(visit(990, 1400, AnsweredBy::kOld));
  EXPECT_EQ(figures(visits).silence_ms, 30) << "from its answer on";
}

TEST(Visits, WhatCameLaterExplainsNoSilence) {
  std::vector<Visit> visits = moved_at(1420);
  visits.push_back(visit(1010, 1400, AnsweredBy::kOld));
  EXPECT_EQ(figures(visits).silence_ms, 400);
}

TEST(Visits, AHeldRequestExplainsNoSilence) {
  std::vector<Visit> visits = moved_at(1420);
  visits.push_back(visit(990, 1410, AnsweredBy::kNew));
  EXPECT_EQ(figures(visits, 1000, 1405).silence_ms, 405) << "until new began with it";
}

TEST(Visits, ASlowPageOfNewExplainsASilenceAfterTheMove) {
  std::vector<Visit> visits;
  serve(visits, 0, 1000, AnsweredBy::kOld);
  serve(visits, 1000, 1500, AnsweredBy::kNew);
  visits.push_back(visit(1480, 1900, AnsweredBy::kNew));
  serve(visits, 1900, 4000, AnsweredBy::kNew);
  EXPECT_EQ(figures(visits, 1000, 1000).silence_ms, 0) << "a request was always under way";
}

TEST(Visits, ACutRequestExplainsNoSilenceAndHasFailed) {
  std::vector<Visit> visits = moved_at(1420);
  Visit cut = visit(990, 1400, AnsweredBy::kNobody);
  cut.cut = cut.post = true;
  visits.push_back(cut);
  const MoveFigures f = figures(visits);
  EXPECT_EQ(f.silence_ms, 430);
  EXPECT_EQ(f.failed, 1);
  EXPECT_EQ(f.posts_cut, 1);
}

TEST(Visits, WaitsAreThoseSinceTheMoveWasAskedFor) {
  std::vector<Visit> visits = moved_at(1020);
  visits.push_back(visit(100, 900, AnsweredBy::kOld));
  visits.push_back(visit(995, 1395, AnsweredBy::kNew));
  const MoveFigures f = figures(visits);
  EXPECT_EQ(f.longest_wait_ms, 400);
  EXPECT_EQ(f.p99_ms, 10);
  EXPECT_EQ(f.overlap_ms, -5);
}

TEST(Visits, ASiteThatWasNotWellBeforeOrIsNotAfterwardsGivesNoFigures) {
  std::vector<Visit> before = moved_at(1020);
  before.push_back(visit(500, 510, AnsweredBy::kNobody));
  EXPECT_THROW(figures(before), std::runtime_error);
  std::vector<Visit> after = moved_at(1020);
  after.push_back(visit(3500, 3510, AnsweredBy::kNobody));
  EXPECT_THROW(figures(after), std::runtime_error);
  std::vector<Visit> back = moved_at(1020);
  back.push_back(visit(3500, 3510, AnsweredBy::kOld));
  EXPECT_THROW(figures(back), std::runtime_error);
  EXPECT_THROW(figures({}), std::runtime_error);
  EXPECT_THROW(figures_of(moved_at(1020), {{0, kFlip}}, {}, kFlip), std::runtime_error);
}

}  // namespace
}  // namespace cutover::bench
