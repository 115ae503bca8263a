// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/self_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/fakes/site_at_rest.h"

namespace cutover {
namespace {

using testing::HasSubstr;

std::optional<Check> row(SelfCalls setting, std::uint64_t visitors, std::uint64_t own) {
  SiteSettings site;
  site.self_calls = setting;
  Counts counts;
  counts.served = {visitors, own};
  counts.own = own;
  return self_calls(site, counts);
}

TEST(SelfCallsRow, PassesWhereVisitorsComeBesideThem) {
  const auto check = row(SelfCalls::kAuto, 100, 200);
  EXPECT_EQ(check->verdict, CheckVerdict::kPass);
  EXPECT_THAT(check->seen, HasSubstr("200 of 300 requests since httpd's start"));
  EXPECT_THAT(check->seen, HasSubstr("let through"));
}

TEST(SelfCallsRow, WarnsOfAProxyThatAddsNoHeader) {
  const auto check = row(SelfCalls::kAuto, 3, 1997);
  EXPECT_EQ(check->verdict, CheckVerdict::kWarn);
  EXPECT_THAT(check->seen, HasSubstr("1997 of 2000 requests"));
  EXPECT_THAT(check->seen, HasSubstr("front proxy"));
  EXPECT_THAT(check->remedy, HasSubstr("CutoverSelfCalls On"));
}

TEST(SelfCallsRow, SaysThatThereAreTooFewToJudgeBy) {
  const auto check = row(SelfCalls::kAuto, 1, 7);
  EXPECT_EQ(check->verdict, CheckVerdict::kPass);
  EXPECT_THAT(check->seen, HasSubstr("7 of 8 requests"));
  EXPECT_THAT(check->seen, HasSubstr("until there are 20 to judge by, such are held"));
}

TEST(SelfCallsRow, HasNoDoubtOfWhatTheOperatorHasSaid) {
  EXPECT_EQ(row(SelfCalls::kOn, 0, 5000)->verdict, CheckVerdict::kPass);
  EXPECT_FALSE(row(SelfCalls::kOff, 0, 5000));
}

TEST(SelfCallsRow, StandsInThePreflight) {
  for (const bool looked_for : {true, false}) {
    Scene scene(false);
    if (!looked_for) scene.settings.self_calls = SelfCalls::kOff;
    int rows = 0;
    scene.recover([&](Site& site) {
      const Outcome outcome = command(site, "preflight");
      for (const auto& check : outcome.result.at("checks"))
        if (check.at("name") == "self-calls") ++rows;
    });
    EXPECT_EQ(rows, looked_for ? 1 : 0);
  }
}

}  // namespace
}  // namespace cutover
