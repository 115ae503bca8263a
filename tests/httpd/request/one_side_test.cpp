// SPDX-License-Identifier: Apache-2.0
// One request, one side: whatever follows from it inside httpd goes where it went itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "tests/harness/eventually.h"
#include "tests/httpd/connection.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using harness::eventually;
using harness::write_file;
using testing::HasSubstr;
using testing::Not;

// An ErrorDocument, an SSI page with a subrequest and a rewrite, the same on both hosts.
std::string both_hosts() {
  return "ErrorDocument 404 /errors/404.txt\nErrorDocument 503 /errors/503.txt\n"
         "<LocationMatch shtml$>\nSetOutputFilter INCLUDES\nForceType text/html\n"
         "Options +Includes\n</LocationMatch>\n"
         "RewriteEngine On\nRewriteRule ^/pretty$ /who.txt [PT]\n"
         "Alias /aliased /nowhere\n";
}

RigOptions options() {
  RigOptions o;
  o.load = {"include", "rewrite"};
  o.vhost = both_hosts();
  o.new_server = both_hosts();
  return o;
}

void furnish_more(Httpd& host, const std::string& name) {
  std::filesystem::create_directories(host.htdocs() / "errors");
  write_file(host.htdocs() / "errors/404.txt", name + " has no such page");
  write_file(host.htdocs() / "errors/503.txt", name + " apologises");
  write_file(host.htdocs() / "page.shtml",
             name +
                 " includes <!--#include virtual=\"/who.txt\" --> and "
                 "<!--#include virtual=\"/cgi/env?sub\" -->");
}

class OneSide : public testing::Test {
 protected:
  OneSide() : rig_(options()) {
    furnish_more(rig_.old_host(), "old");
    furnish_more(rig_.new_host(), "new");
    rig_.start();
  }
  std::string body(const std::string& path) { return rig_.client().get(path).body; }

  Rig rig_;
};

TEST_F(OneSide, AnErrorDocumentComesFromTheSideThatHadTheError) {
  EXPECT_EQ(body("/missing"), "old has no such page");
  rig_.serve(Side::kNew);
  EXPECT_EQ(body("/missing"), "new has no such page");
  const auto [side, requests] = std::pair{1, rig_.counts().served[1]};
  EXPECT_EQ(requests, 1U) << "an internal redirect is no second request, side " << side;
}

// The word changes between the request and its ErrorDocument: a slow handler that ends with 404.
TEST_F(OneSide, AFlipInBetweenChangesNothing) {
  const std::string end = rig_.directory() + "/end";
  write_file(rig_.old_host().directory() / "cgi/late404",
             "#!/bin/sh\nwhile [ ! -e " + end + " ]; do sleep 0.02; done\n" +
                 "printf 'Status: 404 Not Found\\r\\n\\r\\n'\n",
             0755);
  write_file(rig_.old_host().directory() / "cgi/redirects",
             "#!/bin/sh\nwhile [ ! -e " + end + " ]; do sleep 0.02; done\n" +
                 "printf 'Location: /who.txt\\r\\n\\r\\n'\n",
             0755);
  auto redirected = std::async(std::launch::async, [&] { return rig_.ask("/cgi/redirects"); });
  auto included = std::async(std::launch::async, [&] { return body("/cgi/late404"); });
  ASSERT_TRUE(eventually([&] { return rig_.counts().in_flight == 2; }));
  rig_.serve(Side::kNew);
  EXPECT_EQ(rig_.ask(), "new");
  write_file(end, "");
  EXPECT_EQ(redirected.get(), "old");
  EXPECT_THAT(included.get(), Not(HasSubstr("new")));
}

TEST_F(OneSide, SubrequestsStayOnTheirSide) {
  EXPECT_THAT(body("/page.shtml"), HasSubstr("old includes old and"));
  EXPECT_EQ(rig_.counts().served[0], 1U);
  rig_.serve(Side::kNew);
  EXPECT_THAT(body("/page.shtml"), HasSubstr("new includes new and"));
  EXPECT_EQ(rig_.counts().served[1], 1U);
}

TEST_F(OneSide, TheOldHostsOwnMappingsDoNotTouchWhatIsRouted) {
  EXPECT_EQ(body("/pretty"), "old");
  EXPECT_EQ(rig_.client().get("/aliased").status, 404);
  rig_.serve(Side::kNew);
  EXPECT_EQ(body("/pretty"), "new");
  write_file(rig_.new_host().htdocs() / "plain.txt", "new alone has it");
  EXPECT_EQ(body("/plain.txt"), "new alone has it");
}

TEST_F(OneSide, ARefusedRequestRunsNoCodeOfTheSite) {
  rig_.hold(AtDeadline::kRefuse, -1);
  const HttpResponse refused = rig_.client().get("/who.txt");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("retry-after"), "5");
  EXPECT_THAT(refused.body, HasSubstr("Service Unavailable"));
  EXPECT_THAT(refused.body, Not(HasSubstr("apologises")));
}

TEST_F(OneSide, TheNewHostBeingDownIsToldByNeitherSidesCode) {
  rig_.serve(Side::kNew);
  EXPECT_EQ(rig_.ask(), "new");
  rig_.new_host().stop();
  const HttpResponse down = rig_.client().get("/who.txt");
  EXPECT_EQ(down.status, 503);
  EXPECT_EQ(down.header("retry-after"), "5");
  EXPECT_THAT(down.body, Not(HasSubstr("apologises")));
  rig_.new_host().start();
  EXPECT_EQ(rig_.ask(), "new") << "the first request after it came back";
}

TEST(OneSideAlone, AnErrorDocumentThatIsLocalIsServedInEveryCase) {
  RigOptions o = options();
  o.site = "CutoverLocal /errors/";
  Rig rig(o);
  furnish_more(rig.old_host(), "old");
  rig.start();
  rig.hold(AtDeadline::kRefuse, -1);
  const HttpResponse refused = rig.client().get("/who.txt");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.body, "old apologises");
  EXPECT_EQ(refused.header("retry-after"), "5");
  rig.serve(Side::kNew);
  rig.new_host().stop();
  const HttpResponse down = rig.client().get("/who.txt");
  EXPECT_EQ(down.status, 503);
  EXPECT_EQ(down.body, "old apologises");
  EXPECT_EQ(down.header("retry-after"), "5");
  EXPECT_TRUE(eventually([&] { return rig.counts().in_flight == 0; }));
  rig.new_host().start();
}

TEST(OneSideAlone, AnErrorDocumentThatIsATextIsShown) {
  RigOptions o;
  o.vhost = "ErrorDocument 503 \"one moment please\"";
  Rig rig(o);
  rig.start();
  rig.hold(AtDeadline::kRefuse, -1);
  EXPECT_EQ(rig.client().get("/who.txt").body, "one moment please");
}

}  // namespace
}  // namespace cutover::test
