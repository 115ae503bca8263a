// SPDX-License-Identifier: Apache-2.0
// CutoverPreview: who is led to the new host, in which phase, and that nobody waits for him.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "tests/harness/eventually.h"
#include "tests/httpd/preview/previewer.h"

namespace cutover::test {
namespace {

using harness::eventually;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class PreviewPhases : public testing::Test {
 protected:
  PreviewPhases() : rig_(preview_options()) { rig_.start(); }
  void expect_uncounted() {
    const Counts counts = rig_.counts();
    EXPECT_EQ(counts.served[0] + counts.served[1], 0U);
    EXPECT_EQ(counts.held, 0U);
    EXPECT_EQ(counts.in_flight, 0);
  }
  Rig rig_;
};

TEST_F(PreviewPhases, UntilNewServesHeIsThereAndNeitherCountedNorHeld) {
  const auto check = [&](const char* phase) {
    EXPECT_EQ(preview(rig_), "new") << phase;
    Connection head(rig_.port());
    head.send("HEAD /who.txt HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\nCookie: " +
              kPreview + "\r\n\r\n");
    EXPECT_THAT(head.read_all(), StartsWith("HTTP/1.1 200")) << phase;
  };
  check("old");
  rig_.quiet(Side::kOld);
  check("quieting");
  rig_.hold(AtDeadline::kOld, 20000);
  check("hold");
  rig_.seal(Side::kOld);
  check("seal");
  expect_uncounted();
  EXPECT_THAT(rig_.old_host().access_log(), ContainsRegex("GET /who.txt 200 side=new held=- "));
}

TEST_F(PreviewPhases, OnceNewServesHeIsAVisitorAsAnyOther) {
  rig_.serve(Side::kNew);
  EXPECT_EQ(preview(rig_), "new");
  const HttpResponse posted = rig_.client().post("/cgi/env", {{"a", "1"}}, with_cookie());
  EXPECT_THAT(posted.body, HasSubstr("body=a=1"));
  EXPECT_EQ(posted.header("cache-control"), "");
  EXPECT_EQ(rig_.counts().served[1], 2U);
}

TEST_F(PreviewPhases, WhileNewIsLeftHeIsHeldAsAnyOtherAndGoesWhereTheyGo) {
  for (const bool sealed : {false, true}) {
    rig_.serve(Side::kNew);
    const auto held = rig_.counts().held;
    if (sealed)
      rig_.seal(Side::kNew);
    else
      rig_.hold(AtDeadline::kNew, 20000);
    auto waits = std::async(std::launch::async, [&] { return preview(rig_); });
    EXPECT_TRUE(rig_.eventually_held(1));
    rig_.serve(Side::kOld);
    EXPECT_EQ(waits.get(), "old");
    EXPECT_EQ(rig_.counts().held, held + 1);
    EXPECT_EQ(preview(rig_), "new");
  }
}

TEST_F(PreviewPhases, WhereNoSideIsKnownHeIsHeldAsAnyOther) {
  const auto expect_held = [&](const char* what) {
    auto waits = std::async(std::launch::async, [&] { return preview(rig_); });
    EXPECT_TRUE(rig_.eventually_held(1)) << what;
    rig_.serve(Side::kNew);
    EXPECT_EQ(waits.get(), "new") << what;
  };
  rig_.hold(AtDeadline::kOld);  // a boot's: no coordinator has held anybody
  expect_held("boot");
  rig_.hold(AtDeadline::kRefuse, 20000);  // a recovery's
  expect_held("seal of nobody's");
}

TEST_F(PreviewPhases, ADrainDoesNotWaitForHim) {
  const harness::TempDir folder("preview");
  harness::give_to_web_user(folder.path());
  const std::string end = folder / "end";
  auto slow = std::async(std::launch::async, [&] { return preview(rig_, "/cgi/slow?" + end); });
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(end + ".begun"); }));
  EXPECT_EQ(rig_.counts().in_flight, 0);
  EXPECT_TRUE(rig_.notes().empty());
  rig_.seal(Side::kOld);
  rig_.serve(Side::kNew);
  harness::write_file(end, "");
  EXPECT_EQ(slow.get(), "done\n");
}

TEST_F(PreviewPhases, AnotherValueIsAVisitorsAsAnyOther) {
  const std::string right = kPreview;
  for (const std::string& cookie :
       {right.substr(0, right.size() - 1), right + "0", std::string("shop-preview="),
        "Shop-Preview" + right.substr(12), "x" + right, "x=" + right})
    EXPECT_EQ(preview(rig_, "/who.txt", cookie), "old") << cookie;
  EXPECT_EQ(rig_.counts().served[0], 6U);
  for (const std::string& cookie :
       {"a=1; " + right + "; b=2", "shop-preview=\"" + right.substr(13) + "\"",
        "shop-preview=wrong; " + right})
    EXPECT_EQ(preview(rig_, "/who.txt", cookie), "new") << cookie;
  EXPECT_THAT(exchange(rig_.port(), "/who.txt", "Cookie: a=1\r\nCookie: " + right + "\r\n"),
              HasSubstr("\r\n\r\nnew"));
}

TEST_F(PreviewPhases, NoApplicationHearsOfTheCookie) {
  const auto asked = [&](const std::string& cookies) {
    return exchange(rig_.port(), "/cgi/env", cookies);
  };
  EXPECT_THAT(asked("Cookie: a=1; " + kPreview + "; b=2\r\n"), HasSubstr("HTTP_COOKIE=a=1; b=2\n"));
  EXPECT_THAT(asked("Cookie: " + kPreview + "\r\n"), Not(HasSubstr("COOKIE")));
  EXPECT_THAT(asked("Cookie: a=1\r\nCookie: shop-preview=wrong\r\n"),
              HasSubstr("HTTP_COOKIE=a=1\n"));
  rig_.serve(Side::kNew);
  EXPECT_THAT(asked("Cookie: " + kPreview + "; b=2\r\n"), HasSubstr("HTTP_COOKIE=b=2\n"));
}

}  // namespace
}  // namespace cutover::test
