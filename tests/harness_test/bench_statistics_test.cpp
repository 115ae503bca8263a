// SPDX-License-Identifier: Apache-2.0
// The benchmark's figures about many figures.
#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "tests/bench/samples.h"
#include "tests/bench/statistics.h"

namespace cutover::bench {
namespace {

TEST(Statistics, TheMedianOfAnEvenNumberLiesBetweenTheTwoInTheMiddle) {
  EXPECT_EQ(median({3, 1, 2}), 2);
  EXPECT_EQ(median({4, 1, 3, 2}), 2.5);
  EXPECT_EQ(median({7}), 7);
}

TEST(Statistics, AQuantileIsOneOfTheValues) {
  std::vector<double> hundred;
  for (int i = 100; i >= 1; --i) hundred.push_back(i);
  EXPECT_EQ(quantile(hundred, 0.99), 99);
  EXPECT_EQ(quantile(hundred, 1), 100);
  EXPECT_EQ(quantile(hundred, 0.001), 1);
  EXPECT_EQ(quantile({5}, 0.99), 5);
  EXPECT_THROW(quantile(hundred, 0), std::invalid_argument);
  EXPECT_THROW(quantile(hundred, 1.1), std::invalid_argument);
}

TEST(Statistics, OfNothingThereIsNoFigure) {
  EXPECT_THROW(median({}), std::invalid_argument);
  EXPECT_THROW(quantile({}, 0.5), std::invalid_argument);
  EXPECT_THROW(spread_of({}), std::invalid_argument);
}

TEST(Statistics, TheSpreadIsFromTheLeastToTheMost) {
  const Spread spread = spread_of({5, 2, 9});
  EXPECT_EQ(spread.median, 5);
  EXPECT_EQ(spread.low, 2);
  EXPECT_EQ(spread.high, 9);
}

TEST(Statistics, APowerLawIsFoundAgain) {
  std::vector<std::pair<double, double>> points;
  for (const double x : {1.0, 2.0, 8.0, 100.0}) points.emplace_back(x, 3 * std::pow(x, 1.5));
  const PowerLaw law = power_law(points);
  EXPECT_NEAR(law.exponent, 1.5, 1e-9);
  EXPECT_NEAR(law.factor, 3, 1e-9);
}

TEST(Statistics, WhatDoesNotGrowHasTheExponentZero) {
  EXPECT_NEAR(power_law({{1, 5}, {10, 5}, {100, 5}}).exponent, 0, 1e-9);
  // Up and down around it alike.
  EXPECT_NEAR(power_law({{1, 4}, {1, 9}, {50, 9}, {50, 4}}).exponent, 0, 1e-9);
}

TEST(Statistics, APowerLawNeedsTwoPlacesAndNoZero) {
  EXPECT_THROW(power_law({}), std::invalid_argument);
  EXPECT_THROW(power_law({{4, 1}, {4, 2}}), std::invalid_argument);
  EXPECT_THROW(power_law({{1, 0}, {2, 1}}), std::invalid_argument);
  EXPECT_THROW(power_law({{0, 1}, {2, 1}}), std::invalid_argument);
}

Samples two_rounds() {
  Samples samples;
  samples.add({"", 32}, "module", "rate", 0, 50);
  samples.add({"", 32}, "nginx", "rate", 0, 100);
  samples.add({"", 32}, "nginx", "rate", 1, 20);
  samples.add({"", 32}, "module", "rate", 1, 30);
  samples.add({"", 64}, "module", "rate", 0, 7);
  return samples;
}

TEST(Samples, RatiosAreOfEachRoundByItself) {
  EXPECT_EQ(two_rounds().ratios({"", 32}, "module", "nginx", "rate"),
            (std::vector<double>{0.5, 1.5}));
}

TEST(Samples, WhatWasNotMeasuredInPairsHasNoRatio) {
  Samples samples = two_rounds();
  EXPECT_THROW(samples.ratios({"", 64}, "module", "nginx", "rate"), std::invalid_argument);
  samples.add({"", 32}, "nginx", "rate", 2, 1);
  EXPECT_THROW(samples.ratios({"", 32}, "module", "nginx", "rate"), std::invalid_argument);
  EXPECT_THROW(samples.ratios({"", 32}, "nginx", "module", "rate"), std::invalid_argument);
}

TEST(Samples, LoadsAndWaysKeepTheirOrder) {
  EXPECT_EQ(two_rounds().ways(), (std::vector<std::string>{"module", "nginx"}));
  EXPECT_EQ(two_rounds().loads(), (std::vector<Load>{{"", 32}, {"", 64}}));
  EXPECT_FALSE(two_rounds().has({"", 64}, "nginx", "rate"));
  EXPECT_EQ(two_rounds().spread({"", 32}, "nginx", "rate").median, 60);
}

}  // namespace
}  // namespace cutover::bench
