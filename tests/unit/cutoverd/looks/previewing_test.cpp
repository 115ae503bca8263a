// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/previewing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shared/words/check_groups.h"

namespace cutover {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using Elsewhere = Reading<std::vector<std::string>>;

SiteSettings site() {
  SiteSettings s;
  s.preview = "shop-preview";
  s.old_database = OptionFile{"/old.cnf", "cutover"};
  return s;
}

TEST(PreviewingRow, IsThereOnlyWhereSomebodyMayPreview) {
  EXPECT_FALSE(previewing({}, Elsewhere{{{"shop (203.0.113.9)"}}, ""}));
  EXPECT_EQ(group_of(previewing(site(), Elsewhere{std::vector<std::string>{}, ""})->name),
            "the new host");
}

TEST(PreviewingRow, SaysWhatFailsThere) {
  const auto check = previewing(site(), Elsewhere{std::vector<std::string>{}, ""});
  EXPECT_EQ(check->verdict, CheckVerdict::kPass);
  EXPECT_THAT(check->seen, AllOf(HasSubstr("cookie shop-preview"), HasSubstr("its session")));
  SiteSettings without = site();
  without.old_database.reset();
  EXPECT_THAT(previewing(without, Elsewhere{std::vector<std::string>{}, ""})->seen,
              Not(HasSubstr("database")));
}

TEST(PreviewingRow, NamesWhatMayStandBeforeTheSite) {
  const auto check = previewing(
      site(), Elsewhere{std::vector<std::string>{"shop.example.se (203.0.113.9, TTL 60 s)"}, ""});
  EXPECT_EQ(check->verdict, CheckVerdict::kWarn);
  EXPECT_THAT(check->seen, AllOf(HasSubstr("shop.example.se (203.0.113.9"), HasSubstr("a CDN")));
  EXPECT_THAT(check->remedy, HasSubstr("neither keep nor answer"));
}

TEST(PreviewingRow, WhatCouldNotBeLookedAtIsNoPass) {
  const auto check = previewing(site(), Elsewhere{std::nullopt, "no name server answers"});
  EXPECT_EQ(check->verdict, CheckVerdict::kWarn);
  EXPECT_THAT(check->seen, HasSubstr("no name server answers"));
}

}  // namespace
}  // namespace cutover
