// SPDX-License-Identifier: Apache-2.0
// Cookie files: what is taken out of them, where it is sent, and what is said of a wrong one.
#include "mod_cutover/cutoverd/new_host/cookie_file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "tests/unit/temp_folder.h"

namespace cutover {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::int64_t kNow = 1'700'000'000;

Cookies taken(const std::string& text) {
  const auto cookies = cookies_in(text, "shop.cookie", kNow);
  EXPECT_TRUE(cookies) << cookies.error;
  return cookies.value.value_or(Cookies{});
}

std::string refused(const std::string& text) {
  const auto cookies = cookies_in(text, "shop.cookie", kNow);
  return cookies ? "taken" : cookies.error;
}

std::string sent(const Cookies& all, const std::string& host, const std::string& path = "/") {
  return cookie_header(cookies_for(all, host, path));
}

TEST(CookieFile, TakesALineAsABrowsersCookieHeaderHasIt) {
  for (const char* text :
       {"SESSION=abc=; lang=en", "SESSION=abc=;lang=en\r\n", "Cookie: SESSION=abc=; lang=en\n",
        "# of Ann\n\n SESSION=abc= ; lang=en ;\n", "  # a=b of Ann\nSESSION=abc=; lang=en\n"})
    EXPECT_EQ(sent(taken(text), "shop.example.com", "/any"), "SESSION=abc=; lang=en") << text;
  EXPECT_EQ(sent(taken("empty="), "shop.example.com"), "empty=");
}

const std::string kJar =
    "# Netscape HTTP Cookie File\n"
    "shop.example.com\tFALSE\t/\tTRUE\t0\tSESSION\tabc\n"
    "#HttpOnly_.example.com\tTRUE\t/\tFALSE\t1800000000\twide\tx\n"
    "shop.example.com\tFALSE\t/admin\tFALSE\t0\tadmin\ty\n"
    "shop.example.com\tFALSE\t/\tFALSE\t1600000000\told\tz\n"
    "bank.example.org\tFALSE\t/\tTRUE\t0\tBANK\tsecret\n";

TEST(CookieFile, OfAJarOnlyWhatABrowserWouldSendThere) {
  const Cookies jar = taken(kJar);
  EXPECT_EQ(sent(jar, "shop.example.com"), "SESSION=abc; wide=x");
  EXPECT_EQ(sent(jar, "SHOP.example.com", "/admin/x?y=/"), "SESSION=abc; wide=x; admin=y");
  EXPECT_EQ(sent(jar, "shop.example.com", "/administrator"), "SESSION=abc; wide=x");
  EXPECT_EQ(sent(jar, "www.example.com"), "wide=x");
  EXPECT_EQ(sent(jar, "example.com"), "wide=x");
  EXPECT_EQ(sent(jar, "notexample.com"), "");
  EXPECT_EQ(sent(jar, "a.shop.example.com"), "wide=x");
}

TEST(CookieFile, TellsFileAndLineOfWhatIsWrongAndNeverAValue) {
  const std::string header = "# one\nSESSION=abc\n";
  EXPECT_THAT(refused("SESSION"), HasSubstr("shop.cookie:1: not as a Cookie header has it"));
  EXPECT_THAT(refused("secret words; a=b"), AllOf(HasSubstr(":1:"), Not(HasSubstr("secret"))));
  EXPECT_THAT(refused("a=b\x01"), HasSubstr(":1:"));
  EXPECT_THAT(refused("=b"), HasSubstr(":1:"));
  EXPECT_THAT(refused(header + "lang=en"), HasSubstr("shop.cookie:3: a second line"));
  EXPECT_THAT(refused(kJar + "lang=en"), HasSubstr("shop.cookie:7: a jar's line and"));
  EXPECT_THAT(refused("shop\tTRUE\t/\tFALSE\t0\tsecret"),
              AllOf(HasSubstr(":1:"), HasSubstr("seven fields"), Not(HasSubstr("secret"))));
  EXPECT_THAT(refused("shop\tTRUE\t/\tFALSE\tnever\tname\tsecret"), HasSubstr("the fifth field"));
  EXPECT_THAT(refused("shop\tTRUE\tx\tFALSE\t0\tname\tsecret"), HasSubstr("the third field"));
  EXPECT_THAT(refused("\tTRUE\t/\tFALSE\t0\tname\tsecret"), HasSubstr("the first field"));
  EXPECT_THAT(refused(""), HasSubstr("shop.cookie: holds no cookie"));
  EXPECT_THAT(refused("shop\tTRUE\t/\tFALSE\t1600000000\tname\tsecret"), HasSubstr("has expired"));
}

TEST(CookieFile, NamesAndValuesAreKnownToBeKeptBack) {
  const Cookies cookies = taken("SESSION=ab%2Fcd%3d; plain=100%; lang=en");
  EXPECT_THAT(names_of(cookies), ElementsAre("SESSION", "plain", "lang"));
  EXPECT_THAT(secrets_of(cookies), ElementsAre("ab%2Fcd%3d", "ab/cd=", "100%", "en"));
}

TEST(CookieFile, IsRefusedWhereOthersCanReadIt) {
  const TempFolder folder;
  const std::string file = folder / "shop.cookie";
  EXPECT_THAT(load_cookie_file(file, kNow).error,
              HasSubstr("is not there; write the session's cookie"));
  write_whole(file, "SESSION=abc\n");
  ::chmod(file.c_str(), 0644);
  EXPECT_THAT(load_cookie_file(file, kNow).error, HasSubstr("chmod 0600 " + file));
  ::chmod(file.c_str(), 0600);
  EXPECT_EQ(load_cookie_file(file, kNow)->front().value, "abc");
}

}  // namespace
}  // namespace cutover
