// SPDX-License-Identifier: Apache-2.0
// The lag, with positions that are numbers and a replica that has applied up to one of them.
#include "shared/figures/lag_meter.h"

#include <gtest/gtest.h>

namespace cutover {
namespace {

using namespace std::chrono_literals;

struct Replica {
  int applied = 0;
  bool answers = true;
  std::optional<bool> operator()(const std::string& position) const {
    if (!answers) return std::nullopt;
    return std::stoi(position) <= applied;
  }
};

TEST(LagMeter, TheLagIsUnknownBeforeTheFirstSample) { EXPECT_FALSE(LagMeter{}.lag()); }

TEST(LagMeter, AReplicaThatHasEverythingIsNotBehind) {
  LagMeter meter;
  meter.sample(10s, "5", Replica{5});
  EXPECT_EQ(meter.lag(), 0ns);
}

TEST(LagMeter, TheLagIsTheAgeOfTheOldestPositionThatIsMissing) {
  LagMeter meter;
  meter.sample(10s, "1", Replica{0});
  meter.sample(11s, "2", Replica{0});
  EXPECT_EQ(meter.lag(), 1s);
  meter.sample(12s, "2", Replica{1});
  EXPECT_EQ(meter.lag(), 1s) << "position 2 was first seen at 11 s";
  meter.sample(13s, "2", Replica{2});
  EXPECT_EQ(meter.lag(), 0ns);
}

TEST(LagMeter, AnIdleSourceWithAReplicaThatNeverGetsThereFallsBehind) {
  LagMeter meter;
  for (auto at = 0s; at <= 60s; at += 1s) meter.sample(at, "1", Replica{0});
  EXPECT_EQ(meter.lag(), 60s);
}

TEST(LagMeter, WhatCannotBeReadMakesTheLagUnknownAndTheNextWholeTickKnowsItAgain) {
  LagMeter meter;
  meter.sample(1s, "1", Replica{0});
  meter.sample(2s, std::nullopt, Replica{0});
  EXPECT_FALSE(meter.lag());
  meter.sample(3s, "", Replica{9});
  EXPECT_FALSE(meter.lag()) << "an empty position is no binary log, not everything applied";
  meter.sample(4s, "2", Replica{.applied = 0, .answers = false});
  EXPECT_FALSE(meter.lag());
  meter.sample(5s, "2", Replica{0});
  EXPECT_EQ(meter.lag(), 4s) << "the oldest one was not forgotten";
}

TEST(LagMeter, MoreSamplesThanItKeepsStillShowTheWholeLag) {
  LagMeter meter;
  for (int i = 0; i < 5000; ++i) meter.sample(i * 1s, std::to_string(i + 1), Replica{0});
  EXPECT_EQ(meter.lag(), 4999s);
}

}  // namespace
}  // namespace cutover
