// SPDX-License-Identifier: Apache-2.0
// Two hosts asked for the same page: what is said of it, and how bad it is.
#include "shared/pages/probe.h"

#include <gmock/gmock.h>

#include "shared/pages/cookies.h"

namespace cutover {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr auto kPass = CheckVerdict::kPass;
constexpr auto kWarn = CheckVerdict::kWarn;
constexpr auto kBlock = CheckVerdict::kBlock;
constexpr const char* kSession = "0123456789abcdef";

PageAnswer page(const std::string& body, int status = 200) {
  PageAnswer answer;
  answer.status = status;
  answer.body = body;
  return answer;
}

PageAnswer redirect(const std::string& location, int status = 302) {
  PageAnswer answer;
  answer.status = status;
  answer.location = location;
  return answer;
}

Answers twice(const PageAnswer& answer) { return {answer, answer}; }

// A page of Ann's, the same from both hosts; without the cookie a login page.
Probed same() {
  Probed p;
  p.path = "/account";
  p.front.host = "shop.example.com";
  p.new_url = "http://10.0.0.2";
  p.cookie_names = {"SESSION"};
  p.secrets = {kSession};
  p.of_old = p.of_new = {page("<p>Ann, 1</p>"), page("<p>Ann, 2</p>")};
  p.without_session = redirect("/login");
  return p;
}

TEST(Probe, TheSameFromBothPasses) {
  const Check check = compare(same());
  EXPECT_EQ(check.name, "probe");
  EXPECT_EQ(check.verdict, kPass) << check.seen;
  EXPECT_EQ(check.seen, "/account: both hosts answer the same, 200, and both know the session");
}

TEST(Probe, AnotherPageIsAWarningWithBothSideBySide) {
  Probed p = same();
  p.of_new = {page("<p>Bob, 1</p>"), page("<p>Bob, 3</p>")};
  const Check check = compare(p);
  EXPECT_EQ(check.verdict, kWarn);
  EXPECT_THAT(check.seen, HasSubstr("old: <p>Ann | new: <p>Bob"));
  ASSERT_EQ(check.sights.size(), 2U) << "the path, and the difference";
  EXPECT_EQ(check.sights[0].words, "/account");
  EXPECT_EQ(check.sights[1].by_old, "<p>Ann");
  EXPECT_EQ(check.sights[1].by_new, "<p>Bob");
  EXPECT_FALSE(check.remedy.empty());
}

// Nobody is logged out by it, and nothing is missing: only the word that TLS ended before it.
TEST(Probe, ARedirectToThePageItselfIsToldFromALogin) {
  Probed p = same();
  p.front.tls = true;
  p.of_new = twice(redirect("https://shop.example.com/account", 301));
  const Check check = compare(p);
  EXPECT_EQ(check.verdict, kBlock);
  EXPECT_THAT(check.remedy, HasSubstr("X-Forwarded-Proto https"));
}

TEST(Probe, OfManyDifferencesAFewAreShownAndTheOthersCounted) {
  std::string one;
  std::string other;
  for (int i = 0; i < 10; ++i) {
    one += "a b c d e x" + std::to_string(i) + " ";
    other += "a b c d e y" + std::to_string(i) + " ";
  }
  Probed p = same();
  p.of_old = twice(page(one));
  p.of_new = twice(page(other));
  const Check check = compare(p);
  EXPECT_THAT(check.seen, AllOf(HasSubstr("x2 | new:"), Not(HasSubstr("x3"))));
  EXPECT_THAT(check.seen, HasSubstr("and 7 more differences"));
}

TEST(Probe, WhatIsShownIsHarmlessAndNotLong) {
  Probed p = same();
  p.of_old = twice(page("\x1b[2J" + std::string(5000, 'x')));
  p.of_new = twice(page(std::string(79, 'y') + "\xc3\xa9\xc3\xa9"));
  const Check check = compare(p);
  EXPECT_LT(check.seen.size(), 300U);
  EXPECT_THAT(check.seen, HasSubstr("\\x1b[2Jxxx"));
  EXPECT_EQ(check.seen.find('\x1b'), std::string::npos);
}

TEST(Probe, TheWayToTheLoginPageBlocksAndSaysWhatSessionsNeed) {
  Probed p = same();
  p.of_new = twice(redirect("http://shop.example.com/login?next=/account"));
  const Check check = compare(p);
  EXPECT_EQ(check.verdict, kBlock);
  EXPECT_THAT(check.seen, HasSubstr("old: 200 | new: 302 to /login?next=/account"));
  EXPECT_EQ(check.remedy, kLoggedOut);
}

TEST(Probe, AnErrorOfTheNewHostWarnsSinceItMayNotBeAbleToWriteYet) {
  Probed p = same();
  p.of_new = twice(page("", 404));
  EXPECT_EQ(compare(p).verdict, kBlock);
  p.of_new = twice(page("", 500));
  EXPECT_EQ(compare(p).verdict, kBlock) << "it has no database";
  p.cannot_write_yet = true;
  const Check check = compare(p);
  EXPECT_EQ(check.verdict, kWarn);
  EXPECT_THAT(check.remedy, HasSubstr("CutoverProof"));
  p.of_new = twice(page("", 502));
  EXPECT_EQ(compare(p).verdict, kBlock) << "nobody is there";
  EXPECT_THAT(check.remedy, HasSubstr("read-only"));
}

TEST(Probe, AnErrorOfTheOldHostAloneIsAWarning) {
  Probed p = same();
  p.of_old = twice(page("", 500));
  EXPECT_EQ(compare(p).verdict, kWarn);
}

TEST(Probe, AnErrorOfBothIsAWarningSinceNothingWasCompared) {
  Probed p = same();
  p.of_old = p.of_new = twice(page("not found", 404));
  const Check check = compare(p);
  EXPECT_EQ(check.verdict, kWarn);
  EXPECT_THAT(check.seen, HasSubstr("both hosts answer with the error 404"));
}

TEST(Probe, AHostThatAnswersDifferentlyEachTimeIsAWarning) {
  Probed p = same();
  p.of_old.second = page("", 503);
  p.of_new.second = page("", 503);
  EXPECT_EQ(compare(p).verdict, kWarn);
  p.of_new.second = page("<p>Ann, 2</p>");
  const Check check = compare(p);
  EXPECT_EQ(check.verdict, kWarn);
  EXPECT_THAT(check.seen, HasSubstr("the old host answers 200, and then 503"));
}

struct Redirects {
  const char* by_old;
  const char* by_new;
  CheckVerdict verdict;
};

class ProbeRedirects : public testing::TestWithParam<Redirects> {};

TEST_P(ProbeRedirects, AreComparedByWhereTheyLead) {
  Probed p = same();
  p.without_session.reset();
  p.of_old = twice(redirect(GetParam().by_old));
  p.of_new = twice(redirect(GetParam().by_new));
  const Check check = compare(p);
  EXPECT_EQ(check.verdict, GetParam().verdict) << check.seen;
}

INSTANTIATE_TEST_SUITE_P(
    All, ProbeRedirects,
    testing::Values(Redirects{"/welcome", "/welcome", kPass},
                    Redirects{"/welcome", "http://shop.example.com/welcome", kPass},
                    Redirects{"/welcome", "http://Shop.Example.com:80/welcome", kPass},
                    Redirects{"/welcome", "//shop.example.com/welcome", kPass},
                    Redirects{"/welcome", "welcome", kPass}, Redirects{"/account?x", "?x", kPass},
                    Redirects{"http://shop.example.com", "/", kPass},
                    Redirects{"/welcome", "/login", kBlock},
                    Redirects{"/welcome", "https://shop.example.com/welcome", kBlock},
                    Redirects{"/welcome", "http://evil.example.com/welcome", kBlock},
                    Redirects{"/welcome", "http://10.0.0.2/welcome", kWarn},
                    Redirects{"/welcome?a", "/welcome?b", kWarn}));

TEST(Probe, AStateInARedirectThatChangesEachTimeIsNoise) {
  Probed p = same();
  p.of_old = {redirect("/sso?state=1"), redirect("/sso?state=2")};
  p.of_new = {redirect("/sso?state=3"), redirect("/sso?state=4")};
  EXPECT_EQ(compare(p).verdict, kPass);
}

TEST(Probe, TheNewHostsOwnNameIsFineWhereTheProxyMapsItBack) {
  Probed p = same();
  p.of_old = twice(redirect("/welcome"));
  p.of_new = twice(redirect("http://10.0.0.2/welcome"));
  p.front.maps_back = true;
  EXPECT_EQ(compare(p).verdict, kPass);
}

TEST(Probe, ASessionsCookieThatTheNewHostReplacesBlocks) {
  Probed p = same();
  p.of_new.second.set_cookies = {"SESSION=fresh; Path=/; HttpOnly"};
  const Check check = compare(p);
  EXPECT_EQ(check.verdict, kBlock);
  EXPECT_THAT(check.seen, HasSubstr("replaces the session's cookie SESSION"));
  EXPECT_EQ(check.remedy, kLoggedOut);
  EXPECT_THAT(check.seen, Not(HasSubstr("fresh")));
}

TEST(Probe, OneThatItClearsBlocksToo) {
  Probed p = same();
  p.of_new = {p.of_new.first, p.of_new.second};
  p.of_new.first.set_cookies = {"SESSION=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"};
  EXPECT_EQ(compare(p).verdict, kBlock);
}

TEST(Probe, ASessionsCookieThatBothSetAnewIsTheirHabit) {
  Probed p = same();
  p.of_old.first.set_cookies = {"SESSION=one; path=/; Max-Age=100; SameSite=Lax"};
  p.of_new.first.set_cookies = {"SESSION=other; SameSite=lax; Max-Age=99; Path=/"};
  EXPECT_EQ(compare(p).verdict, kPass) << compare(p).seen;
}

TEST(Probe, CookiesThatAreSetInAnotherWayAreAWarning) {
  Probed p = same();
  p.of_old.first.set_cookies = {"lang=en; Path=/; Secure"};
  p.of_new.first.set_cookies = {"lang=en; Path=/"};
  const Check check = compare(p);
  EXPECT_EQ(check.verdict, kWarn);
  EXPECT_THAT(check.seen, HasSubstr("the cookie lang: old: set path=/; secure | new: set path=/"));
  p.of_new.first.set_cookies.clear();
  EXPECT_THAT(compare(p).seen, HasSubstr("new: not set"));
  EXPECT_EQ(compare(p).verdict, kWarn);
}

TEST(Probe, ASessionThatMakesNoDifferenceShowsNothing) {
  Probed p = same();
  p.of_old = p.of_new = twice(redirect("/login"));
  Check check = compare(p);
  EXPECT_EQ(check.verdict, kWarn);
  EXPECT_THAT(check.seen, HasSubstr("the same without the cookie"));
  p = same();
  p.without_session = page("<p>Ann, 9</p>");
  check = compare(p);
  EXPECT_EQ(check.verdict, kWarn);
  EXPECT_THAT(check.seen, HasSubstr("the same without the cookie"));
}

TEST(Probe, NoValueOfTheSessionIsEverShown) {
  const std::string session = kSession;
  Probed p = same();
  p.of_old = twice(page("<i>" + session + "</i>x" + session + "x Ann"));
  p.of_new = twice(page("<i>" + session + "</i>y" + session + session + " Bob"));
  Check check = compare(p);
  EXPECT_THAT(check.seen, AllOf(HasSubstr("Ann"), Not(HasSubstr(session.substr(0, 8)))));
  p.of_new = twice(redirect("/login?s=" + session));
  check = compare(p);
  EXPECT_THAT(check.seen, HasSubstr("/login?s=*"));
}

TEST(Probe, APageThatIsAnotherOneEachTimeIsToldSo) {
  Probed p = same();
  p.of_new = {page("a b c d e f"), page("g h i j k l")};
  const Check check = compare(p);
  EXPECT_EQ(check.verdict, kWarn);
  EXPECT_THAT(check.seen, HasSubstr("another one each time that the new host is asked"));
}

}  // namespace
}  // namespace cutover
