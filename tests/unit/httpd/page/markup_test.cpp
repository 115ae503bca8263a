// SPDX-License-Identifier: Apache-2.0
// Parts of the page as markup: what both hosts say side by side, and who still comes by the old
// one.
#include <gmock/gmock.h>

#include "mod_cutover/httpd/page/html/checks.h"
#include "mod_cutover/httpd/page/html/strays.h"
#include "mod_cutover/wire/snapshot_json.h"

namespace cutover {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string checks(const Check& check) {
  Html html;
  write_checks(html, to_json(std::vector{check}));
  return html.take();
}

std::string strays(const Snapshot& site) {
  Html html;
  const Facts facts = facts_of(site, {});
  Bound bound(html, facts);
  write_strays(html, bound, site);
  return html.take();
}

std::int64_t this_hour() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::hours>(now).count();
}

TEST(ChecksOnThePage, WhatTheHostsSayDifferentlyStandsSideBySideAndIsOnlyText) {
  Check probe{"probe", CheckVerdict::kWarn, "/account: old: ... | new: ...", "see"};
  probe.sights = {{"/account"}, {"", "<b onclick=x>", "\x1b[2J"}, {"and 2 more differences"}};
  EXPECT_THAT(checks(probe),
              AllOf(HasSubstr("<span>/account</span>"), HasSubstr("<dd>&lt;b onclick=x&gt;</dd>"),
                    HasSubstr("<dd>\\x1b[2J</dd>"), HasSubstr("<span>and 2 more differences<"),
                    Not(HasSubstr("old: ..."))));
}

TEST(ChecksOnThePage, OneWithoutPiecesIsItsSentence) {
  EXPECT_THAT(checks({"lag", CheckVerdict::kBlock, "9 s <of> lag", ""}),
              AllOf(HasSubstr("9 s &lt;of&gt; lag"), Not(HasSubstr("<dl"))));
}

TEST(StraysOnThePage, EachHourIsABarWithTheRunningOneAtTheRightEdge) {
  Snapshot site;
  site.site = "shop";
  site.strays = StrayReport{"12 requests <from>", 12, 2, {}, {{"a<b", 4}, {"c", 8}}, {}, {}};
  site.strays->hours = {{this_hour() - 47, 4, 1}, {this_hour(), 8, 2}, {this_hour() + 9, 99, 1}};
  EXPECT_THAT(strays(site),
              AllOf(HasSubstr("12 requests &lt;from&gt;"),
                    HasSubstr("<rect x=\"1\" y=\"57.6\" width=\"8\" height=\"2.4\"/>"),
                    HasSubstr("<rect x=\"471\""), Not(HasSubstr("x=\"561\"")),
                    HasSubstr("<th scope=\"row\">c</th><td class=\"number\">8</td></tr><tr><th "
                              "scope=\"row\">a&lt;b</th>")));
}

TEST(StraysOnThePage, AreNotSeenWhileOldServes) {
  EXPECT_THAT(strays({}), HasSubstr("data-when=\"strays\" hidden"));
}

TEST(FactsOfThePage, AForecastFitsTheTimeThatVisitorsMayWaitOrNot) {
  Snapshot site;
  EXPECT_FALSE(facts_of(site, {}).so.contains("fits"));
  site.forecast = Forecast{900, 80, 20, "", false};
  const auto fits = [&](double limit_ms) {
    const Facts facts = facts_of(site, {true, true, nullptr, limit_ms});
    EXPECT_NE(facts.so.contains("fits"), facts.so.contains("fits-not"));
    return facts.so.contains("fits");
  };
  EXPECT_TRUE(fits(1000));
  EXPECT_FALSE(fits(999));
}

TEST(FactsOfThePage, WhoWaitsForHisTurnIsToldWhileSomebodyDoes) {
  Snapshot site;
  EXPECT_FALSE(facts_of(site, {}).so.contains("releasing"));
  site.counts.releasing = 120;
  site.counts.release_window = 64;
  Facts facts = facts_of(site, {});
  EXPECT_TRUE(facts.so.contains("releasing"));
  EXPECT_EQ(facts.texts["releasing"], "120");
  EXPECT_EQ(facts.texts["window"], "64");
}

TEST(FactsOfThePage, ARehearsalSaysWhatItWaitedFor) {
  Snapshot site;
  site.rehearsal = LastRun();
  site.rehearsal->outcome = "done";
  site.rehearsal->phases = {{"draining", 400}, {"rehearsing", 2}};
  site.rehearsal->slowest = {{"GET /reports", 412}};
  EXPECT_EQ(facts_of(site, {}).texts["rehearsed"],
            "done, draining 400.0 ms, rehearsing 2.0 ms; it waited for GET /reports (412 ms)");
}

}  // namespace
}  // namespace cutover
