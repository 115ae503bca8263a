// SPDX-License-Identifier: Apache-2.0
// Those rows of the preflight that the site itself answers.
#include <gtest/gtest.h>

#include "tests/unit/fakes/site_at_rest.h"

namespace cutover {
namespace {

using nlohmann::json;

TEST(SiteChecks, WhatHttpdCannotHoldIsAWarningWhereALimitWasAskedFor) {
  const auto row = [](Scene& scene) {
    json found;
    scene.recover([&](Site& site) {
      const Outcome outcome = command(site, "preflight");
      for (const json& check : outcome.result.at("checks"))
        if (check.at("name") == "hold-capacity") found = check;
    });
    return found;
  };
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

TEST(SiteChecks, WhatIsForgottenInAVhostIsAWarning) {
  const auto row = [](Scene& scene) {
    json found;
    scene.recover([&](Site& site) {
      const Outcome outcome = command(site, "preflight");
      for (const json& check : outcome.result.at("checks"))
        if (check.at("name") == "vhosts") found = check;
    });
    return found;
  };
  Scene whole(false);
  EXPECT_EQ(row(whole).at("verdict"), "pass");
  Scene doubtful(false);
  doubtful.settings.vhost_doubts = {"shop.conf line 3: no name", "shop.conf line 9: no TLS"};
  EXPECT_EQ(row(doubtful).at("verdict"), "warn");
  EXPECT_EQ(row(doubtful).at("seen"), "shop.conf line 3: no name; shop.conf line 9: no TLS");
}

}  // namespace
}  // namespace cutover
