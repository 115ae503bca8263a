// SPDX-License-Identifier: Apache-2.0
// A quiet moment: among the shortest tenth of an hour, of ten minutes at least.
#include "shared/figures/calm.h"

#include <gtest/gtest.h>

namespace cutover {
namespace {

using namespace std::chrono_literals;

class CalmTest : public testing::Test {
 protected:
  // A tick each second.
  void watch(std::chrono::seconds time, std::optional<double> pause_ms,
             std::uint64_t per_second = 0) {
    for (auto second = 0s; second < time; ++second) {
      begun_ += per_second;
      calm_.look(now_ += 1s, pause_ms, begun_);
    }
  }

  Calm calm_;
  Calm::Nanos now_ = 1h;
  std::uint64_t begun_ = 0;
};

TEST_F(CalmTest, NothingIsOneBeforeTenMinutesWereSeen) {
  EXPECT_NE(calm_.awaits(), "");
  watch(9min + 55s, 50);
  EXPECT_EQ(calm_.awaits(),
            "a quiet moment: the site is watched for 1 min more before one can be told");
  watch(10s, 50);
  EXPECT_EQ(calm_.awaits(), "") << "a site that is always alike is always quiet";
}

TEST_F(CalmTest, UnderALoadThatComesAndGoesItIsTheTimeInWhichItIsGone) {
  for (int round = 0; round < 4; ++round) {
    watch(8min, 900);
    EXPECT_NE(calm_.awaits(), "") << round;
    watch(2min + 10s, 60);
    EXPECT_EQ(calm_.awaits(), "") << round;
  }
  watch(1s, 70.1);
  EXPECT_EQ(calm_.awaits(),
            "a quiet moment: a pause of 70.1 ms is foretold, and the shortest "
            "tenth of the last hour's were 60.0 ms at most");
}

TEST_F(CalmTest, WherePausesAreAlikeItIsTheTimeInWhichFewestCome) {
  for (int round = 0; round < 4; ++round) {
    watch(8min, 72, 40);
    EXPECT_NE(calm_.awaits(), "") << round;
    watch(2min + 10s, 78, 3);
    EXPECT_EQ(calm_.awaits(), "") << round << ": a few milliseconds make no difference";
  }
  watch(1s, 72, 5);
  EXPECT_EQ(calm_.awaits(),
            "a quiet moment: 3.4 requests a second come, and in the quietest tenth of the last "
            "hour 3.0 at most");
  watch(1s, 65, 40);
  EXPECT_EQ(calm_.awaits(), "") << "a shorter pause goes first";
}

TEST_F(CalmTest, AMomentIsOverAsSoonAsTheyComeAgain) {
  for (int round = 0; round < 4; ++round) {
    watch(8min, 72, 40);
    watch(2min, 72, 3);
  }
  EXPECT_EQ(calm_.awaits(), "");
  now_ += 7s;  // nobody looked meanwhile
  begun_ += 7 * 30;
  watch(1s, 72, 30);
  EXPECT_NE(calm_.awaits(), "");
}

TEST_F(CalmTest, WhatIsOlderThanAnHourIsForgotten) {
  watch(15min, 10);
  watch(46min, 500);
  EXPECT_NE(calm_.awaits(), "");
  watch(15min, 500);
  EXPECT_EQ(calm_.awaits(), "");
}

TEST_F(CalmTest, WhileNothingCanBeForetoldItIsNone) {
  watch(20min, 50);
  watch(1s, std::nullopt);
  EXPECT_EQ(calm_.awaits(), "a quiet moment: no pause can be foretold just now");
  watch(1s, 50);
  EXPECT_EQ(calm_.awaits(), "");
}

TEST_F(CalmTest, TimeInWhichNothingWasForetoldDoesNotCount) {
  watch(20min, std::nullopt);
  watch(9min, 50);
  EXPECT_NE(calm_.awaits(), "");
}

}  // namespace
}  // namespace cutover
