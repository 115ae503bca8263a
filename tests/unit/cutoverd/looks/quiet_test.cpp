// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/quiet.h"

#include <gmock/gmock.h>

#include "tests/unit/fakes/desk_on_fakes.h"
#include "tests/unit/fakes/fake_pages.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

struct Restless : DeskOnFakes {
  Restless() : DeskOnFakes(false) {
    settings.drain_timeout = Millis{2000};
    settings.fronts.resize(2);
    settings.fronts[0].host = settings.fronts[1].host = "shop";
    settings.fronts[1].tls = true;
    pages.answer = [this](const PageQuestion& question) -> Reading<PageAnswer> {
      PageAnswer answer;
      answer.status = question.front.tls ? 200 : 301;
      if (question.front.tls && asleep) return {std::nullopt, "timed out"};
      return {answer, ""};
    };
  }

  bool asleep = false;
  FakePages pages;
  Quiet quiet{settings, store, &pages, clock};
};

TEST(Quiet, IsASideThatAnswersAndWhereNobodyWaitsForLong) {
  Restless site;
  site.store.requests = {{"GET /", 999ms}};
  EXPECT_EQ(site.quiet.awaits(Side::kOld), std::nullopt);
  EXPECT_EQ(site.pages.asked, (std::vector<std::string>{"old http://shop/", "old https://shop/"}));
}

TEST(Quiet, IsNoneWithARequestThatADrainMightNotSeeTheEndOf) {
  Restless site;
  site.store.requests = {{"GET /a", 1ms}, {"GET /asleep", 1001ms}};
  EXPECT_THAT(site.quiet.awaits(Side::kOld).value_or(""),
              HasSubstr("GET /asleep has been in flight for 1.0 s; 30 s at most"));
  EXPECT_TRUE(site.pages.asked.empty()) << "it waits in any case";
  site.settings.close_stragglers = true;
  EXPECT_NE(site.quiet.awaits(Side::kOld), std::nullopt);
  site.store.requests = {{"GET /socket", 1h}};
  EXPECT_EQ(site.quiet.awaits(Side::kOld), std::nullopt) << "a drain would leave it behind";
}

TEST(Quiet, IsNoneWhereTheFrontPageIsSilentAndNothingIsWaitedForForEver) {
  Restless site;
  site.asleep = true;
  EXPECT_THAT(site.quiet.awaits(Side::kNew).value_or(""),
              HasSubstr("the front page does not answer, https://shop/: timed out"));
  site.clock.sleep(29s);
  EXPECT_THAT(site.quiet.awaits(Side::kNew).value_or(""), HasSubstr("; 1 s at most"));
  site.clock.sleep(1s);
  EXPECT_EQ(site.quiet.awaits(Side::kNew), std::nullopt);
}

}  // namespace
}  // namespace cutover
