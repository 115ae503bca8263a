// SPDX-License-Identifier: Apache-2.0
// What is armed outlives a graceful that changes nothing of the site, and no other.
#include <gtest/gtest.h>

#include "mod_cutover/wire/settings_json.h"

namespace cutover {
namespace {

SiteSettings shop() {
  SiteSettings settings;
  settings.name = "shop";
  settings.new_host = "balancer://new";
  settings.where["CutoverNewHost"] = {"/etc/apache2/shop.conf", 12};
  settings.probes = {{"/", "", {"/etc/apache2/shop.conf", 14}}};
  return settings;
}

TEST(SettingsDigest, IsTheSameWhereverTheSettingsStand) {
  SiteSettings moved = shop();
  moved.where["CutoverNewHost"].line = 13;
  moved.probes.front().where.file = "/etc/apache2/other.conf";
  EXPECT_EQ(settings_digest(moved), settings_digest(shop()));
}

TEST(SettingsDigest, IsAnotherForAnotherSetting) {
  const auto changed = [](auto change) {
    SiteSettings settings = shop();
    change(settings);
    return settings_digest(settings) != settings_digest(shop());
  };
  EXPECT_TRUE(changed([](SiteSettings& s) { s.drain_timeout += Millis{1}; }));
  EXPECT_TRUE(changed([](SiteSettings& s) { s.new_host = "balancer://newer"; }));
  EXPECT_TRUE(changed([](SiteSettings& s) { s.serve = Side::kNew; }));
  EXPECT_TRUE(changed([](SiteSettings& s) { s.probes.front().path = "/cart"; }));
  EXPECT_TRUE(changed([](SiteSettings& s) { s.fence = false; }));
}

}  // namespace
}  // namespace cutover
