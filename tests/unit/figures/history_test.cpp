// SPDX-License-Identifier: Apache-2.0
#include "shared/figures/history.h"

#include <gtest/gtest.h>

namespace cutover {
namespace {

using namespace std::chrono_literals;

// Looks made ten times a second, by a clock that the test moves.
class HistoryTest : public testing::Test {
 protected:
  void look(std::optional<double> lag_ms = 0.0) {
    history_.look(now_,
                  kEpoch + std::chrono::duration_cast<std::chrono::milliseconds>(now_).count(),
                  lag_ms, counts_);
  }
  void look_for(std::chrono::milliseconds time, std::optional<double> lag_ms = 0.0) {
    for (; time > 0ms; time -= 100ms) {
      now_ += 100ms;
      look(lag_ms);
    }
  }
  std::vector<HistorySample> all() const { return history_.since(0); }

  static constexpr std::int64_t kEpoch = 1'700'000'000'000;
  History history_;
  Counts counts_;
  std::chrono::nanoseconds now_{5s};
};

TEST_F(HistoryTest, ASecondGivesOneSampleWithTheRateOfEachSide) {
  look();
  EXPECT_TRUE(all().empty()) << "the first look only begins";
  counts_.served = {30, 7};
  look_for(1s);
  ASSERT_EQ(all().size(), 1U);
  EXPECT_DOUBLE_EQ(all()[0].old_per_second, 30);
  EXPECT_DOUBLE_EQ(all()[0].new_per_second, 7);
  EXPECT_EQ(all()[0].at_ms, kEpoch + 6000);
  look_for(1s);
  EXPECT_DOUBLE_EQ(all()[1].old_per_second, 0);
}

TEST_F(HistoryTest, WhatCameAndWentWithinTheSecondIsSeen) {
  look();
  look_for(300ms, 4.0);
  counts_.held_now = 12;
  counts_.in_flight = 9;
  look_for(100ms, 80.0);
  counts_.held_now = counts_.in_flight = 0;
  look_for(600ms, 1.0);
  EXPECT_EQ(all()[0].held, 12);
  EXPECT_EQ(all()[0].in_flight, 9);
  EXPECT_EQ(all()[0].lag_ms, 80.0);
  look_for(1s, 1.0);
  EXPECT_EQ(all()[1].held, 0) << "a second begins with nothing of the one before";
  EXPECT_EQ(all()[1].lag_ms, 1.0);
}

TEST_F(HistoryTest, ALagThatOneLookDidNotKnowIsUnknownAndNotZero) {
  look();
  look_for(500ms, 3.0);
  look_for(100ms, std::nullopt);
  look_for(400ms, 3.0);
  EXPECT_EQ(all()[0].lag_ms, std::nullopt);
  look_for(1s, 3.0);
  EXPECT_EQ(all()[1].lag_ms, 3.0);
}

TEST_F(HistoryTest, LooksThatComeLateMakeNoFewerSeconds) {
  look();
  for (int i = 0; i < 100; ++i) {
    now_ += 130ms;
    counts_.served[0] += 13;
    look();
  }
  EXPECT_EQ(all().size(), 13U);
  for (const HistorySample& sample : all()) EXPECT_NEAR(sample.old_per_second, 100, 0.001);
}

TEST_F(HistoryTest, AGapOfManySecondsIsOneSampleAndNotMany) {
  look();
  now_ += 7s;
  counts_.served[1] = 70;
  look();
  look_for(1s);
  ASSERT_EQ(all().size(), 2U);
  EXPECT_DOUBLE_EQ(all()[0].new_per_second, 10);
}

TEST_F(HistoryTest, KeepsAQuarterOfAnHourAndGivesWhatIsNewerThanAMoment) {
  look();
  for (std::size_t i = 0; i < History::kSamples + 20; ++i) look_for(1s);
  const auto samples = all();
  ASSERT_EQ(samples.size(), 900U);
  for (std::size_t i = 1; i < samples.size(); ++i)
    EXPECT_EQ(samples[i].at_ms, samples[i - 1].at_ms + 1000);
  EXPECT_EQ(samples.front().at_ms, kEpoch + 5000 + 21'000);
  EXPECT_EQ(history_.since(samples[896].at_ms).size(), 3U);
  EXPECT_TRUE(history_.since(samples.back().at_ms).empty());
}

TEST_F(HistoryTest, AWallClockThatIsPutBackBeginsANewHistory) {
  look();
  look_for(3s);
  history_.look(now_ + 1s, kEpoch, 0.0, counts_);
  ASSERT_EQ(all().size(), 1U);
  EXPECT_EQ(all()[0].at_ms, kEpoch);
}

}  // namespace
}  // namespace cutover
