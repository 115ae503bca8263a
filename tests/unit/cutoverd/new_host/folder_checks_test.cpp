// SPDX-License-Identifier: Apache-2.0
// A folder without its slash shows by which name the new host knows itself.
#include "mod_cutover/cutoverd/new_host/folder_checks.h"

#include <gmock/gmock.h>

#include "tests/unit/fakes/fake_clock.h"
#include "tests/unit/fakes/fake_pages.h"

namespace cutover {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
// As `using enum` would, which g++ 10 lacks.
constexpr CheckVerdict kPass = CheckVerdict::kPass, kWarn = CheckVerdict::kWarn;

struct FolderChecks : testing::Test {
  FolderChecks() {
    settings.new_host = "http://10.0.0.2";
    Front front;
    front.tls = true;
    front.host = "shop.example.com";
    front.folder = "/css";
    settings.fronts = {front};
    pages.answer = [this](const PageQuestion& q) -> Reading<PageAnswer> {
      PageAnswer made;
      made.location = q.host == Side::kOld ? by_old : by_new;
      made.status = made.location.empty() ? 200 : 301;
      return {made, ""};
    };
  }
  std::optional<Check> look(Side serves = Side::kOld) {
    return look_at_folders({settings, {}, serves, true, pages, clock});
  }

  SiteSettings settings;
  FakePages pages;
  FakeClock clock;
  std::string by_old = "https://shop.example.com/css/", by_new = by_old;
};

TEST_F(FolderChecks, AnotherSchemeNameOrPortIsSaidWithWhatToWrite) {
  for (const std::string base :
       {"http://shop.example.com", "http://10.0.0.2", "https://shop.example.com:8443"}) {
    by_new = base + "/css/";
    const auto row = look();
    ASSERT_TRUE(row);
    EXPECT_EQ(row->verdict, kWarn);
    EXPECT_THAT(row->seen, HasSubstr("https://shop.example.com/css: old redirects to "
                                     "https://shop.example.com/css/, and new to " +
                                     by_new));
    EXPECT_THAT(row->remedy, HasSubstr("ServerName https://shop.example.com in the new host"));
    EXPECT_THAT(row->remedy, HasSubstr("ProxyPassReverse / " + base + "/ in this host's vhost"));
  }
}

TEST_F(FolderChecks, TheSameNameOrNonePasses) {
  EXPECT_EQ(look()->verdict, kPass);
  by_new = "/css/";
  EXPECT_EQ(look()->verdict, kPass);
  by_old = "/css/";
  by_new = "https://shop.example.com/css/";
  EXPECT_EQ(look()->verdict, kPass);
}

TEST_F(FolderChecks, NoRowWhereNothingIsRedirected) {
  by_new = "https://shop.example.com/login?back=/css";
  EXPECT_FALSE(look());
  by_old.clear();
  EXPECT_FALSE(look());
  EXPECT_THAT(pages.asked,
              ElementsAre("old https://shop.example.com/css", "new https://shop.example.com/css",
                          "old https://shop.example.com/css"))
      << "new is asked for nothing then";
  pages.asked.clear();
  settings.fronts.front().folder.clear();
  EXPECT_FALSE(look());
  EXPECT_FALSE(look(Side::kNew));
  EXPECT_THAT(pages.asked, IsEmpty());
}

}  // namespace
}  // namespace cutover
