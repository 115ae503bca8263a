// SPDX-License-Identifier: Apache-2.0
// Who sends CutoverPreview's cookie, and what is left of his Cookie header.
#include "mod_cutover/httpd/preview/cookie.h"

#include <gtest/gtest.h>

namespace cutover {
namespace {

constexpr std::string_view kName = "preview";
constexpr std::string_view kValue = "0123456789abcdef";

TakenCookie take(std::string_view header) { return take_cookie(header, kName, kValue); }

TEST(TakeCookie, TheRightOneIsFoundWhereverItStands) {
  for (const char* header :
       {"preview=0123456789abcdef", "  preview=0123456789abcdef ", "a=1; preview=0123456789abcdef",
        "preview=0123456789abcdef; a=1", "a=1;preview=0123456789abcdef;b=2",
        "a=1, preview=0123456789abcdef", "preview=\"0123456789abcdef\"",
        "preview=wrong; preview=0123456789abcdef", "preview=0123456789abcdef; preview=wrong"}) {
    EXPECT_TRUE(take(header).found) << header;
    EXPECT_TRUE(take(header).right) << header;
  }
}

TEST(TakeCookie, NothingElseIsTheRightOne) {
  for (const char* header :
       {"preview=0123456789abcdeg", "preview=0123456789abcde", "preview=0123456789abcdef0",
        "preview=", "preview=\"", "preview=\"\"", "preview=0123456789ABCDEF",
        "preview=\"0123456789abcdef", "preview=0123456789abcdef x"}) {
    EXPECT_TRUE(take(header).found) << header;
    EXPECT_FALSE(take(header).right) << header;
  }
  for (const char* header :
       {"", ";", "preview", "preview 0123456789abcdef", "Preview=0123456789abcdef",
        "xpreview=0123456789abcdef", "preview2=0123456789abcdef", "a=preview=0123456789abcdef",
        "x=0123456789abcdef"}) {
    EXPECT_FALSE(take(header).found) << header;
    EXPECT_FALSE(take(header).right) << header;
  }
}

TEST(TakeCookie, WhatIsLeftIsAsItWas) {
  EXPECT_EQ(take("a=1; preview=x; b=2, c=\"3\"").rest, "a=1; b=2, c=\"3\"");
  EXPECT_EQ(take("preview=x; b=2").rest, "b=2");
  EXPECT_EQ(take("a=1;preview=x").rest, "a=1");
  EXPECT_EQ(take("preview=x; preview=y").rest, "");
  EXPECT_EQ(take("a= 1 ;; preview=x;b").rest, "a= 1 ;;b");
}

}  // namespace
}  // namespace cutover
