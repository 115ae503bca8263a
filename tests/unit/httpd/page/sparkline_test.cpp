// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/html/sparkline.h"

#include <gtest/gtest.h>

namespace cutover {
namespace {

constexpr std::int64_t kNow = 1'700'000'000'000;
constexpr SparkSpan kQuarter{kNow - 900'000, kNow};

SparkPoint ago(std::int64_t seconds, std::optional<double> value) {
  return {kNow - seconds * 1000, value};
}

TEST(Sparkline, GoesFromTheLeftEdgeToTheRightAndFromZeroToTheTop) {
  EXPECT_EQ(spark_path({ago(899, 0), ago(894, 10)}, kQuarter, 10), "M0 60.0L1 0.0");
  EXPECT_EQ(spark_path({ago(0, 5)}, kQuarter, 10), "M179 30.0");
}

TEST(Sparkline, OfWhatFallsOnOnePlaceTheHighestIsDrawn) {
  EXPECT_EQ(spark_path({ago(4, 1), ago(3, 8), ago(2, 2)}, kQuarter, 10), "M179 12.0");
}

TEST(Sparkline, WhatIsUnknownIsAGapAndNotZero) {
  EXPECT_EQ(spark_path({ago(12, 10), ago(7, std::nullopt), ago(2, 10)}, kQuarter, 10),
            "M177 0.0M179 0.0");
  EXPECT_EQ(spark_path({ago(3, 10), ago(2, std::nullopt)}, kQuarter, 10), "")
      << "a place that was unknown for a part is unknown";
}

TEST(Sparkline, ASampleThatIsLateLeavesNoGapAndManyThatAreMissingDo) {
  EXPECT_EQ(spark_path({ago(12, 10), ago(2, 10)}, kQuarter, 10), "M177 0.0L179 0.0");
  EXPECT_EQ(spark_path({ago(22, 10), ago(2, 10)}, kQuarter, 10), "M175 0.0M179 0.0");
}

TEST(Sparkline, NothingButZeroIsALineAtTheLowerEdge) {
  EXPECT_EQ(spark_path({ago(7, 0), ago(2, 0)}, kQuarter, 0), "M178 60.0L179 60.0");
  EXPECT_EQ(spark_path({}, kQuarter, 0), "");
}

TEST(Sparkline, TheSpanGrowsWithWhatThereIsToSee) {
  const auto minutes = [](const SparkSpan& span) { return (span.end_ms - span.begin_ms) / 60'000; };
  EXPECT_EQ(minutes(span_of({{ago(10, 1), ago(0, 1)}})), 2);
  EXPECT_EQ(minutes(span_of({{ago(300, 1), ago(0, 1)}, {}})), 5);
  EXPECT_EQ(minutes(span_of({{ago(2000, 1), ago(0, 1)}})), 15);
  EXPECT_EQ(minutes(span_of({})), 2);
  EXPECT_EQ(highest({{ago(2, 3), ago(1, std::nullopt)}, {ago(1, 7)}}), 7);
}

TEST(Sparkline, IsWrittenWithoutAStyle) {
  Html html;
  write_spark(html, {{"old", {ago(10, 1), ago(0, 2)}}, {"new", {}}});
  const std::string text = html.take();
  EXPECT_NE(text.find("<path class=\"line old\""), std::string::npos) << text;
  EXPECT_EQ(text.find("style"), std::string::npos) << text;
}

}  // namespace
}  // namespace cutover
