// SPDX-License-Identifier: Apache-2.0
// Those rows of the preflight that the site itself answers.
#include <gtest/gtest.h>

#include "mod_cutover/cutoverd/looks/by_settings.h"
#include "tests/unit/fakes/site_at_rest.h"

namespace cutover {
namespace {

using nlohmann::json;

json row_of(Scene& scene, const char* name) {
  json found;
  scene.recover([&](Site& site) {
    const Outcome outcome = command(site, "preflight");
    for (const json& check : outcome.result.at("checks"))
      if (check.at("name") == name) found = check;
  });
  return found;
}

TEST(SiteChecks, WhatHttpdCannotHoldIsAWarningWhereALimitWasAskedFor) {
  const auto row = [](Scene& scene) { return row_of(scene, "hold-capacity"); };
  Scene enough(false);
  EXPECT_EQ(row(enough).at("verdict"), "pass");
  Scene unasked(false);
  unasked.settings.hold_problems = {"too few descriptors"};
  unasked.settings.hold_room = 40;
  EXPECT_EQ(row(unasked).at("verdict"), "pass");
  EXPECT_EQ(row(unasked).at("seen"), "httpd can hold 40 requests at once");
  Scene asked(false);
  asked.settings.hold_problems = {"too few descriptors"};
  asked.settings.where["CutoverHoldLimit"] = {"shop.conf", 3};
  EXPECT_EQ(row(asked).at("verdict"), "warn");
  EXPECT_EQ(row(asked).at("seen"), "httpd can hold 10000 requests at once; too few descriptors");
}

TEST(SiteChecks, ItSaysWhichHttpdThisIsAndHowItHolds) {
  SiteSettings site;
  site.hold_room = 40;
  EXPECT_EQ(hold_capacity(site, "Apache/2.4.37 with event: each of them keeps a thread", {}).seen,
            "httpd can hold 40 requests at once (Apache/2.4.37 with event: each of them keeps a "
            "thread)");
}

TEST(SiteChecks, WhatIsForgottenInAVhostIsAWarning) {
  const auto row = [](Scene& scene) { return row_of(scene, "vhosts"); };
  Scene whole(false);
  EXPECT_EQ(row(whole).at("verdict"), "pass");
  Scene doubtful(false);
  doubtful.settings.vhost_doubts = {"shop.conf line 3: no name", "shop.conf line 9: no TLS"};
  EXPECT_EQ(row(doubtful).at("verdict"), "warn");
  EXPECT_EQ(row(doubtful).at("seen"), "shop.conf line 3: no name; shop.conf line 9: no TLS");
}

TEST(SiteChecks, TrafficThatLeavesTlsForANetworkIsAWarning) {
  const auto row = [](const char* url, bool tls) {
    Scene scene(false);
    scene.settings.new_host = url;
    Front front;
    front.host = "shop.example.com";
    scene.settings.fronts = {front};
    front.tls = tls;
    scene.settings.fronts.push_back(front);
    return row_of(scene, "traffic-in-clear");
  };
  const json warned = row("http://203.0.113.7:8080/shop", true);
  EXPECT_EQ(warned.at("verdict"), "warn");
  EXPECT_EQ(warned.at("seen"),
            "visitors come with TLS and are passed on in clear text, to 203.0.113.7");
  EXPECT_EQ(row("http://new.example.com", true).at("verdict"), "warn");
  EXPECT_EQ(row("http://10.0.0.2", true).at("verdict"), "pass");
  EXPECT_EQ(row("http://[::1]:81/", true).at("verdict"), "pass");
  EXPECT_TRUE(row("https://203.0.113.7", true).is_null());
  EXPECT_TRUE(row("http://203.0.113.7", false).is_null());
}

}  // namespace
}  // namespace cutover
