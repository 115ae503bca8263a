// SPDX-License-Identifier: Apache-2.0
// Which questions the probes ask, in which order, and what becomes of an answer that does not come.
#include "mod_cutover/cutoverd/new_host/page_checks.h"

#include <gmock/gmock.h>

#include "mod_cutover/cutoverd/new_host/clock_check.h"
#include "tests/unit/fakes/fake_clock.h"
#include "tests/unit/fakes/fake_pages.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

PageAnswer answer(int status, const std::string& body, const std::string& location = "") {
  PageAnswer made;
  made.status = status;
  made.body = body;
  made.location = location;
  return made;
}

class PageChecks : public testing::Test {
 protected:
  PageChecks() {
    settings_.name = "shop";
    settings_.new_host = "http://10.0.0.2";
    settings_.fronts = {front(false, "shop.example.com")};
    probes_ = {{"/account", "shop.cookie", {{"SESSION", "0123456789", "", false, "/"}}, ""}};
    pages_.answer = [](const PageQuestion& q) -> Reading<PageAnswer> {
      return {answer(200, q.cookies.empty() ? "log in" : "Ann"), ""};
    };
  }
  static Front front(bool tls, const std::string& host) {
    Front made;
    made.tls = tls;
    made.address = "127.0.0.1";
    made.port = tls ? 443 : 80;
    made.host = host;
    return made;
  }
  std::vector<Check> look(Side serves = Side::kOld, bool new_host_answers = true) {
    return look_at_pages({settings_, probes_, serves, new_host_answers, pages_, clock_});
  }
  Check row(Side serves = Side::kOld, bool new_host_answers = true) {
    const std::vector<Check> rows = look(serves, new_host_answers);
    EXPECT_THAT(rows, SizeIs(1));
    return rows.front();
  }

  SiteSettings settings_;
  std::vector<PageProbe> probes_;
  FakePages pages_;
  FakeClock clock_;
};

TEST_F(PageChecks, EachHostIsAskedTwiceWithMoreThanASecondBetween) {
  std::vector<Nanos> times;
  pages_.answer = [&, inner = pages_.answer](const PageQuestion& q) {
    times.push_back(clock_.now());
    return inner(q);
  };
  EXPECT_EQ(row().verdict, CheckVerdict::kPass) << row().seen;
  pages_.asked.resize(5);
  EXPECT_THAT(pages_.asked, ElementsAre("old http://shop.example.com/account SESSION=0123456789",
                                        "new http://shop.example.com/account SESSION=0123456789",
                                        "old http://shop.example.com/account",
                                        "old http://shop.example.com/account SESSION=0123456789",
                                        "new http://shop.example.com/account SESSION=0123456789"));
  EXPECT_GT(times[3] - times[0], 1s);
  EXPECT_GT(times[4] - times[1], 1s);
}

TEST_F(PageChecks, ASiteWithoutProbesHasNoRowAndWaitsForNothing) {
  probes_.clear();
  const Nanos before = clock_.now();
  EXPECT_THAT(look(), IsEmpty());
  EXPECT_EQ(clock_.now(), before);
}

TEST_F(PageChecks, WithoutACookieFileNobodyIsAskedAsAStranger) {
  probes_ = {{"/", "", {}, ""}};
  EXPECT_EQ(row().verdict, CheckVerdict::kPass);
  EXPECT_THAT(pages_.asked, SizeIs(4));
}

TEST_F(PageChecks, OnceNewServesNothingIsAsked) {
  const Check check = row(Side::kNew);
  EXPECT_EQ(check.verdict, CheckVerdict::kPass);
  EXPECT_THAT(check.seen, HasSubstr("/account: not asked: as long as new serves"));
  EXPECT_THAT(pages_.asked, IsEmpty());
}

TEST_F(PageChecks, WhereTheNewHostIsDownAlreadyNothingIsAskedAndNothingPasses) {
  EXPECT_EQ(row(Side::kOld, false).verdict, CheckVerdict::kWarn);
  EXPECT_THAT(pages_.asked, IsEmpty());
}

TEST_F(PageChecks, ACookieFileThatCannotBeReadBlocks) {
  probes_[0].trouble = "shop.cookie:1: not as a Cookie header has it";
  const Check check = row();
  EXPECT_EQ(check.verdict, CheckVerdict::kBlock);
  EXPECT_THAT(check.seen, HasSubstr("shop.cookie:1"));
  EXPECT_THAT(pages_.asked, IsEmpty());
}

TEST_F(PageChecks, ACookieOfAnotherSiteIsNotSentAndBlocks) {
  probes_[0].cookies[0].domain = "bank.example.org";
  const Check check = row();
  EXPECT_EQ(check.verdict, CheckVerdict::kBlock);
  EXPECT_THAT(check.seen, HasSubstr("has no cookie for shop.example.com/account"));
  EXPECT_THAT(pages_.asked, IsEmpty());
}

TEST_F(PageChecks, AVhostThatOnlyLeadsToTheSiteIsLeftForTheOneItLeadsTo) {
  settings_.fronts = {front(false, "www.example.com"), front(false, "shop.example.com"),
                      front(true, "shop.example.com")};
  pages_.answer = [](const PageQuestion& q) -> Reading<PageAnswer> {
    const std::string base = q.front.base();
    if (base == "http://www.example.com")
      return {answer(301, "", "http://shop.example.com" + q.path), ""};
    if (base == "http://shop.example.com")
      return {answer(301, "", "https://shop.example.com" + q.path), ""};
    return {answer(200, q.cookies.empty() ? "log in" : "Ann"), ""};
  };
  EXPECT_EQ(row().verdict, CheckVerdict::kPass);
  ASSERT_THAT(pages_.asked, SizeIs(7));
  EXPECT_EQ(pages_.asked[3], "new https://shop.example.com/account SESSION=0123456789");
}

TEST_F(PageChecks, TwoVhostsThatLeadToEachOtherEndTheSearch) {
  settings_.fronts = {front(false, "shop.example.com"), front(true, "shop.example.com")};
  pages_.answer = [](const PageQuestion& q) -> Reading<PageAnswer> {
    return {answer(301, "",
                   std::string(q.front.tls ? "http" : "https") + "://shop.example.com" + q.path),
            ""};
  };
  EXPECT_NE(row().verdict, CheckVerdict::kPass);
}

TEST_F(PageChecks, ANewHostThatDoesNotAnswerBlocks) {
  pages_.answer = [inner = pages_.answer](const PageQuestion& q) -> Reading<PageAnswer> {
    if (q.host == Side::kNew) return {std::nullopt, "Timeout was reached\x1b"};
    return inner(q);
  };
  const Check check = row();
  EXPECT_EQ(check.verdict, CheckVerdict::kBlock);
  EXPECT_THAT(check.seen, HasSubstr("the new host does not answer: Timeout was reached\\x1b"));
}

TEST_F(PageChecks, AnOldHostThatDoesNotAnswerIsAWarning) {
  pages_.answer = [](const PageQuestion&) -> Reading<PageAnswer> {
    return {std::nullopt, "refused"};
  };
  const Check check = row();
  EXPECT_EQ(check.verdict, CheckVerdict::kWarn);
  EXPECT_THAT(check.seen, HasSubstr("at http://shop.example.com: refused"));
  EXPECT_THAT(pages_.asked, SizeIs(1));
}

TEST_F(PageChecks, HostsThatAreSlowTakeEightSecondsAltogether) {
  probes_.resize(5, probes_[0]);
  pages_.answer = [this, inner = pages_.answer](const PageQuestion& q) {
    clock_.sleep(pages_.limits.back() * 9 / 10);
    return inner(q);
  };
  const Nanos before = clock_.now();
  const std::vector<Check> rows = look();
  EXPECT_LE(clock_.now() - before, 10s);
  ASSERT_THAT(rows, SizeIs(5));
  EXPECT_EQ(rows.back().verdict, CheckVerdict::kBlock) << "what could not be asked is not fine";
  EXPECT_THAT(rows.back().seen, HasSubstr("not asked"));
  for (const Nanos limit : pages_.limits) EXPECT_LE(limit, 2s);
}

TEST_F(PageChecks, ASiteWhoseVhostHasNoPortIsAWarning) {
  settings_.fronts.clear();
  EXPECT_EQ(row().verdict, CheckVerdict::kWarn);
}

TEST(ClockCheck, GoesByTheDateOfTheAnswer) {
  const std::int64_t now = 1'700'000'000'000;
  const auto check = [&](std::int64_t seconds) {
    return clock_of_new_host(now / 1000 + seconds, now, now + 20);
  };
  EXPECT_EQ(check(0).verdict, CheckVerdict::kPass);
  EXPECT_EQ(check(5).verdict, CheckVerdict::kWarn);
  EXPECT_THAT(check(5).seen, HasSubstr("at least 5.0 s ahead"));
  EXPECT_EQ(check(-3600).verdict, CheckVerdict::kBlock);
  EXPECT_FALSE(check(-3600).remedy.empty());
  EXPECT_EQ(clock_of_new_host(std::nullopt, now, now).verdict, CheckVerdict::kWarn);
}

}  // namespace
}  // namespace cutover
