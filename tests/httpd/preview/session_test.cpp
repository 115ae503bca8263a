// SPDX-License-Identifier: Apache-2.0
// CutoverPreview over HTTP/2, whose sessions a hold parks whole: not those that preview.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/httpd/preview/previewer.h"
#include "tests/httpd/sessions/client.h"

namespace cutover::test {
namespace {

class PreviewOverHttp2 : public OnHttp2 {
 protected:
  PreviewOverHttp2() : rig_(with_preview()) { rig_.start(); }
  RigOptions with_preview() {
    RigOptions o = options();
    o.site = preview_options().site;
    return o;
  }
  static void expect_new(Http2Client& client) {
    client.ask("/who.txt", 3, kPreview);
    EXPECT_TRUE(client.eventually_done());
    EXPECT_EQ(client.count(200, "new"), 3U);
    client.forget();
  }
  Rig rig_;
};

TEST_F(PreviewOverHttp2, ASessionThatPreviewsGoesOnInAHoldAndOthersWait) {
  Http2Client his(rig_.port());
  Http2Clients others = clients(3, rig_.port());
  expect_new(his);
  warm(others);
  rig_.seal(Side::kOld);
  ask_all(others, "/who.txt", 1);
  EXPECT_TRUE(eventually_held(rig_, others, 3));
  expect_new(his);
  expect_new(his);
  EXPECT_EQ(rig_.counts().held_now, 3);
  rig_.serve(Side::kNew);
  EXPECT_TRUE(eventually_done(others));
  EXPECT_EQ(count(others, 200, "new"), 3U);
  expect_new(his);
}

TEST_F(PreviewOverHttp2, OfARunThatLeadsBackHeWaitsForTheEnd) {
  Http2Clients his = clients(1, rig_.port());
  expect_new(*his[0]);
  rig_.serve(Side::kNew);
  expect_new(*his[0]);
  rig_.seal(Side::kNew);
  his[0]->ask("/who.txt", 1, kPreview);
  EXPECT_TRUE(eventually_held(rig_, his, 1));
  rig_.serve(Side::kOld);
  EXPECT_TRUE(eventually_done(his));
  EXPECT_EQ(count(his, 200, "new"), 1U) << "read once the hold was over";
}

TEST_F(PreviewOverHttp2, AStreamWithoutTheCookieIsAVisitors) {
  Http2Client his(rig_.port());
  expect_new(his);
  his.ask("/who.txt", 1);
  EXPECT_TRUE(his.eventually_done());
  EXPECT_EQ(his.count(200, "old"), 1U);
}

}  // namespace
}  // namespace cutover::test
