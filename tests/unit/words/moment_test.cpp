// SPDX-License-Identifier: Apache-2.0
// Moments as they are typed. In a zone whose clocks are put forward and back.
#include "shared/words/moment.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "shared/words/times.h"

namespace cutover {
namespace {

class Typed : public testing::Test {
 protected:
  Typed() {
    ::setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    ::tzset();
  }
  ~Typed() override {
    ::unsetenv("TZ");
    ::tzset();
  }
  // In UTC; or what is wrong.
  static std::string read(const std::string& text, const std::string& now = "2026-11-30T15:00:00") {
    const auto then = moment(now + "Z", 0, 0);
    const std::int64_t ms = std::get<std::int64_t>(then);
    const auto found = moment(text, ms, ms);
    if (const auto* wrong = std::get_if<std::string>(&found)) return *wrong;
    return utc(std::get<std::int64_t>(found));
  }
};

TEST_F(Typed, AnHourIsTheNextSuchHere) {
  EXPECT_EQ(read("16:01"), "2026-11-30T15:01:00.000Z");
  EXPECT_EQ(read("16:00"), "2026-12-01T15:00:00.000Z") << "now is over";
  EXPECT_EQ(read("03:00:30"), "2026-12-01T02:00:30.000Z");
  EXPECT_EQ(read("00:30", "2026-12-31T22:59:00"), "2026-12-31T23:30:00.000Z");
}

TEST_F(Typed, AnHourThatTheClocksLeaveOutIsNone) {
  EXPECT_NE(read("02:30", "2027-03-27T20:00:00").find("does not exist"), std::string::npos);
  EXPECT_EQ(read("03:30", "2027-03-27T20:00:00"), "2027-03-28T01:30:00.000Z");
  EXPECT_NE(read("2027-03-28T02:30").find("put forward"), std::string::npos);
}

TEST_F(Typed, ADayIsLocalOrInItsZone) {
  EXPECT_EQ(read("2026-12-01T03:00"), "2026-12-01T02:00:00.000Z");
  EXPECT_EQ(read("2026-07-01T03:00:05"), "2026-07-01T01:00:05.000Z");
  EXPECT_EQ(read("2026-12-01T03:00Z"), "2026-12-01T03:00:00.000Z");
  EXPECT_EQ(read("2026-12-01T03:00:07+05:30"), "2026-11-30T21:30:07.000Z");
  EXPECT_EQ(read("2026-12-01T03:00-08:00"), "2026-12-01T11:00:00.000Z");
  EXPECT_EQ(read("2028-02-29T00:00Z"), "2028-02-29T00:00:00.000Z");
}

TEST_F(Typed, ADayThatIsNoneIsSaidToBeNone) {
  for (const char* text : {"2026-02-29T03:00", "2026-02-29T03:00Z", "2026-13-01T03:00Z",
                           "2026-00-10T03:00Z", "2026-04-31T03:00"})
    EXPECT_NE(read(text).find("does not exist"), std::string::npos) << read(text);
}

TEST_F(Typed, AWhileFromNow) {
  EXPECT_EQ(read("+90m"), "2026-11-30T16:30:00.000Z");
  EXPECT_EQ(read("+90min"), "2026-11-30T16:30:00.000Z");
  EXPECT_EQ(read("+5s"), "2026-11-30T15:00:05.000Z");
  EXPECT_EQ(read("+12h"), "2026-12-01T03:00:00.000Z");
  EXPECT_EQ(read("+1d"), "2026-12-01T15:00:00.000Z");
  EXPECT_NE(read("+90").find("unit"), std::string::npos);
  EXPECT_NE(read("+90parsecs").find("unit"), std::string::npos);
}

TEST_F(Typed, WhatIsNoMomentSaysHowOneIsWritten) {
  for (const char* text : {"", "soon", "25:00", "03:60", "3:00", "03:00x", "03", "+", "+m",
                           "+9999999m", "2026-12-01", "2026-12-01T", "2026-12-01T24:00",
                           "2026-12-01T03:00+1", "2026-12-01T03:00ZZ", "T03:00", "-5m"})
    EXPECT_NE(read(text).find("a moment is written as"), std::string::npos)
        << text << ": " << read(text);
}

TEST_F(Typed, IsShownByTheClockHere) { EXPECT_EQ(local_time(0), "1970-01-01 01:00:00 +0100"); }

}  // namespace
}  // namespace cutover
