// SPDX-License-Identifier: Apache-2.0
// What a comparison of the databases is worth: fails closed, and grows old.
#include "shared/figures/verified.h"

#include <gmock/gmock.h>

#include "mod_cutover/wire/verify_json.h"

namespace cutover {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kEnd = 1'800'000'000'000;
constexpr std::int64_t kHour = 3'600'000;

VerifyReport ended() {
  VerifyReport r;
  r.started_ms = kEnd - 60'000;
  r.ended_ms = kEnd;
  r.tables = r.tables_done = 7;
  r.rows = r.rows_expected = 1000;
  return r;
}

CheckVerdict verdict(const Verified& v, std::int64_t now = kEnd + 1) {
  return verified_check(v, now).verdict;
}

TEST(Verified, NeverComparedWarnsAndSaysHow) {
  const Check check = verified_check({}, kEnd);
  EXPECT_EQ(check.verdict, CheckVerdict::kWarn);
  EXPECT_THAT(check.seen, HasSubstr("never"));
  EXPECT_THAT(check.remedy, HasSubstr("cutoverctl verify"));
}

TEST(Verified, EqualPassesForADayAndIsStaleThen) {
  const Verified v{ended(), std::nullopt};
  EXPECT_EQ(verdict(v, kEnd + 23 * kHour), CheckVerdict::kPass);
  EXPECT_THAT(described(v, kEnd + kHour), HasSubstr("equal: 7 tables, 1000 rows"));
  EXPECT_EQ(result_of(v, kEnd + 25 * kHour), VerifyResult::kStale);
  EXPECT_EQ(verdict(v, kEnd + 25 * kHour), CheckVerdict::kWarn);
}

TEST(Verified, WhatIsNotComparedOrUndecidedIsNotEqual) {
  Verified v{ended(), std::nullopt};
  v.last->undecided = 1;
  v.last->open = {"shop.counters"};
  EXPECT_EQ(result_of(v, kEnd), VerifyResult::kPartly);
  EXPECT_THAT(described(v, kEnd), HasSubstr("shop.counters"));
  v.last->undecided = 0;
  v.last->uncompared = {"shop.log: no key"};
  v.last->uncompared_count = 1;
  EXPECT_EQ(verdict(v), CheckVerdict::kWarn);
  EXPECT_THAT(described(v, kEnd), HasSubstr("not compared: shop.log: no key"));
}

TEST(Verified, ADifferenceBlocksHoweverOldItIsAndAtOnceWhereItIsFound) {
  Verified v{ended(), std::nullopt};
  v.last->different = 2;
  v.last->findings = {"shop.orders id 7: missing on the new database"};
  EXPECT_EQ(verdict(v, kEnd + 99 * kHour), CheckVerdict::kBlock);
  EXPECT_THAT(described(v, kEnd), HasSubstr("id 7: missing on the new database; and 1 more"));
  v.last->different = 0;
  EXPECT_EQ(verdict(v), CheckVerdict::kPass);
  v.now = v.last;
  v.now->ended_ms = 0;
  v.now->different = 1;
  EXPECT_EQ(verdict(v), CheckVerdict::kBlock);
}

TEST(Verified, ItIsToldHowLongItStillTakesOnceThatIsKnown) {
  VerifyReport now;
  EXPECT_FALSE(left_ms(now));
  now.rows = 250;
  now.rows_expected = 1000;
  now.worked_ms = 10'000;
  EXPECT_DOUBLE_EQ(left_ms(now).value(), 30'000);
  EXPECT_THAT(described_now(now), HasSubstr("250 of about 1000 rows, about 30.0 s left"));
}

TEST(Verified, ItsJsonIsReadAsItWasWritten) {
  Verified v{ended(), ended()};
  v.now->ended_ms = 0;
  v.now->waits_for = "replication";
  v.now->notes = {"a"};
  const nlohmann::json j = to_json(v, kEnd);
  EXPECT_EQ(j["result"], "equal");
  EXPECT_EQ(to_json(verified_from(j), kEnd), j);
  nlohmann::json broken = j;
  broken["last"]["rows"] = -1;
  EXPECT_THROW(verified_from(broken), nlohmann::json::exception);
  broken["last"].erase("rows");
  EXPECT_THROW(verified_from(broken), nlohmann::json::exception);
}

}  // namespace
}  // namespace cutover
