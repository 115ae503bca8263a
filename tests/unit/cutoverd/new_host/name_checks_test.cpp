// SPDX-License-Identifier: Apache-2.0
// By each name of each vhost both hosts are asked for the front page, and a difference that
// visitors would notice is said by that name.
#include "mod_cutover/cutoverd/new_host/name_checks.h"

#include <gmock/gmock.h>

#include "tests/unit/fakes/fake_clock.h"
#include "tests/unit/fakes/fake_pages.h"

namespace cutover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
// As `using enum` would, which g++ 10 lacks.
constexpr CheckVerdict kPass = CheckVerdict::kPass, kWarn = CheckVerdict::kWarn,
                       kBlock = CheckVerdict::kBlock;

PageAnswer answer(int status, const std::string& body = "", const std::string& location = "") {
  PageAnswer made;
  made.status = status;
  made.body = body;
  made.location = location;
  return made;
}

struct NameChecks : testing::Test {
  NameChecks() {
    settings.new_host = "http://10.0.0.2";
    Front front;
    front.host = "shop.example.com:8080";
    front.aliases = {"www.example.com"};
    front.wildcards = {"*.shop.example.com"};
    settings.fronts = {front};
    front.tls = true;
    front.host = "shop.example.com";
    front.wildcards.clear();
    settings.fronts.push_back(front);
    pages.answer = [this](const PageQuestion& q) -> Reading<PageAnswer> {
      return {q.host == Side::kOld ? by_old : by_new, ""};
    };
  }
  std::optional<Check> look(Side serves = Side::kOld, bool there = true) {
    return look_at_names({settings, {}, serves, there, pages, clock});
  }
  Check row(const PageAnswer& one, const PageAnswer& other) {
    by_old = one;
    by_new = other;
    return *look();
  }

  SiteSettings settings;
  FakePages pages;
  FakeClock clock;
  PageAnswer by_old = answer(200), by_new = answer(200);
};

TEST_F(NameChecks, AskByEachNameOnceAndMakeUpAMemberOfAWildcard) {
  const Check row = *look();
  EXPECT_EQ(row.verdict, kPass);
  EXPECT_THAT(row.seen, HasSubstr("5 names"));
  EXPECT_THAT(pages.asked,
              ElementsAre("old http://shop.example.com:8080/", "new http://shop.example.com:8080/",
                          "old http://www.example.com:8080/", "new http://www.example.com:8080/",
                          "old http://cutover-asks.shop.example.com:8080/",
                          "new http://cutover-asks.shop.example.com:8080/",
                          "old https://shop.example.com/", "new https://shop.example.com/",
                          "old https://www.example.com/", "new https://www.example.com/"));
}

TEST_F(NameChecks, BlockWhatVisitorsWouldNotice) {
  const std::pair<PageAnswer, PageAnswer> cases[] = {
      {answer(200), answer(404)},
      {answer(200), answer(403)},
      {answer(200), answer(421)},
      {answer(301, "", "/home"), answer(410)},
      {answer(200), answer(301, "", "https://shop.example.com/")},
      {answer(302, "", "/en"), answer(302, "", "/setup")},
      {answer(302, "", "/en"), answer(302, "", "http://10.0.0.2/en")},
      {answer(200, "our shop"), answer(200, "<title>Welcome to nginx!</title>")},
      {answer(200), answer(508)},
      {answer(404), answer(508)}};
  for (const auto& [one, other] : cases) {
    const Check found = row(one, other);
    EXPECT_EQ(found.verdict, kBlock) << one.status << " " << other.status << other.location;
    EXPECT_THAT(found.seen, HasSubstr("http://shop.example.com:8080/: "));
    EXPECT_FALSE(found.remedy.empty());
  }
}

TEST_F(NameChecks, PassWhatIsTheSameToVisitorsAndWarnOfErrors) {
  EXPECT_EQ(row(answer(404), answer(403)).verdict, kPass);
  EXPECT_EQ(row(answer(401), answer(401)).verdict, kPass);
  EXPECT_EQ(row(answer(302, "", "/en"), answer(302, "", "/en")).verdict, kPass);
  EXPECT_EQ(row(answer(200, "It works"), answer(200, "It works")).verdict, kPass);
  EXPECT_EQ(row(answer(200), answer(500)).verdict, kWarn);
  EXPECT_EQ(row(answer(301, "", "/en"), answer(200)).verdict, kWarn);
}

TEST_F(NameChecks, SayWhatWasNotAskedFor) {
  pages.answer = [this](const PageQuestion&) -> Reading<PageAnswer> {
    clock.sleep(std::chrono::seconds(2));
    return {answer(200), ""};
  };
  EXPECT_EQ(look()->verdict, kWarn);
  EXPECT_THAT(look()->seen, HasSubstr("3 names were not asked for"));
  pages.answer = [](const PageQuestion&) -> Reading<PageAnswer> {
    return {std::nullopt, "refused"};
  };
  EXPECT_THAT(look()->seen, HasSubstr("old: refused"));
  EXPECT_FALSE(look(Side::kNew)) << "old's application has a read-only database, too";
  EXPECT_FALSE(look(Side::kOld, false));
}

}  // namespace
}  // namespace cutover
