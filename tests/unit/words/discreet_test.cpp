// SPDX-License-Identifier: Apache-2.0
// What is told of a path: words, and no secret of any shape.
#include "shared/words/discreet.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <random>

#include "shared/words/keyed_digest.h"

namespace cutover {
namespace {

// Each byte as %XX, so often.
std::string encoded(std::string text, int times) {
  for (; times > 0; --times) {
    std::string out;
    for (const char c : text) {
      char hex[4];
      std::snprintf(hex, sizeof hex, "%%%02x", static_cast<unsigned char>(c));
      out += hex;
    }
    text = out;
  }
  return text;
}

TEST(DiscreetPath, WordsAreToldAsTheyStand) {
  for (const char* path : {"/",
                           "/reports",
                           "/orders/12345",
                           "/orders/12345/edit",
                           "/index.php",
                           "/wp-login.php",
                           "/xmlrpc.php",
                           "/wp-admin/admin-ajax.php",
                           "/static/jquery-3.6.0.min.js",
                           "/api/v2/users",
                           "/archive/2026/11/29",
                           "/docs/i18n/getting_started.html",
                           "/getUserProfile",
                           "/~alice/home",
                           "/private%20area/list",
                           "/%C3%BCbersicht",
                           "/\xc3\xbc"
                           "bersicht",
                           "//double//slashes/",
                           "/how-we-moved-our-shop",
                           "/a/b/c",
                           "/OAuth/callback",
                           "/k8s/pods"}) {
    const DiscreetPath told = discreet_path(path, false);
    EXPECT_EQ(told.text, path);
    EXPECT_TRUE(told.whole) << path;
  }
}

TEST(DiscreetPath, ASecretOfAnyShapeIsLeftOut) {
  for (const char* secret :
       {// tokens: hexadecimal, base64, base64url, base58, base32, a JWT
        "deadbeefdeadbeef", "9f86d081884c7d65", "a1b2c3", "DEADBEEF", "x7Kp2", "s3cr3t",
        "dGhpcyBpcyBhIHNlY3JldA==", "aGVsbG8", "kXbQwRtz", "V1StGXR8_Z5jdHi6B-myT",
        "MFRGGZDFMZTWQ2LK", "mfrggzdfmztwq2lk", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgN",
        "550e8400-e29b-41d4-a716-446655440000", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "jkdfhgjkdhfgkjhd",
        "thisisaverylongwordthatnobodywouldwrite",
        // numbers: of cards, accounts, telephones, codes
        "4111111111111111", "4111-1111-1111-1111", "4111.1111.1111.1111", "4111 1111 1111 1111",
        "DE89370400440532013000", "+4930123456", "123456", "1-2-3-4-5-6", "ABCD-EFGH-IJKL",
        "abcd-efgh-ijkl-mnop",
        // addresses
        "alice@example.com", "alice+shop@example.com", "mailto:alice", "@alice",
        // what hangs on a segment
        "cart;jsessionid=abc", "token=abc", "user:password", "a&b", "x=1", "(at)", "50%", "%zz"})
    for (const char* path : {"/reset/", "/a/b/"}) {
      const DiscreetPath told = discreet_path(std::string(path) + secret, false);
      EXPECT_EQ(told.text, std::string(path) + "...") << secret;
      EXPECT_FALSE(told.whole) << secret;
    }
}

TEST(DiscreetPath, EncodedItIsNoLessOne) {
  for (const char* secret : {"alice@example.com", "4111111111111111", "a1b2c3", "token=abc", "a/b"})
    for (int times = 1; times <= 5; ++times)
      EXPECT_EQ(discreet_path("/reset/" + encoded(secret, times), false).text, "/reset/...")
          << secret << " " << times;
  EXPECT_EQ(discreet_path("/reset/alice%40example.com", false).text, "/reset/...");
  EXPECT_EQ(discreet_path("/reset/alice%2540example.com", false).text, "/reset/...");
  EXPECT_EQ(discreet_path("/reset/41%31%311111", false).text, "/reset/...");
}

TEST(DiscreetPath, WhatFollowsIsToldOnlyWhereItCanHardlyBeAPartOfIt) {
  EXPECT_EQ(discreet_path("/orders/1234567/invoice.pdf", false).text, "/orders/.../invoice.pdf");
  EXPECT_EQ(discreet_path("/t/dGhpcyBpcyBh/IHNlY3JldA/Zz/9x", false).text, "/t/...");
  EXPECT_EQ(discreet_path("/4111/1111/1111/1111", false).text, "/4111/1111/...");
  EXPECT_EQ(discreet_path("/u/alice@example.com/1234/edit", false).text, "/u/.../edit");
}

TEST(DiscreetPath, AQueryIsLeftOutWhateverItIs) {
  const DiscreetPath told = discreet_path("/search", true);
  EXPECT_EQ(told.text, "/search?...");
  EXPECT_FALSE(told.whole);
  EXPECT_EQ(discreet_path("/reset/a1b2c3d4", true).text, "/reset/...?...");
}

TEST(DiscreetPath, ItFitsIntoANote) {
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "/segment";
  EXPECT_EQ(discreet_path(deep, true).text,
            "/segment/segment/segment/segment/segment/segment/...?...");
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string path = "/";
    for (std::uint32_t n = random() % 300; n > 0; --n) path += static_cast<char>(random() % 256);
    EXPECT_LE(discreet_path(path, true).text.size(), 84U);
  }
}

// Tokens as programs make them, of sixteen bytes, in the alphabets that they are written with.
TEST(DiscreetPath, NoTokenOfAProgramGetsThrough) {
  std::mt19937 random(20261129);
  const std::string base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  for (const std::string& alphabet :
       {std::string("0123456789abcdef"), std::string("0123456789ABCDEF"), base62, base62 + "-_",
        std::string("abcdefghijklmnopqrstuvwxyz234567")})
    for (int i = 0; i < 20'000; ++i) {
      std::string token;
      while (token.size() < 22) token += alphabet[random() % alphabet.size()];
      EXPECT_EQ(discreet_path("/reset/" + token, false).text, "/reset/...") << token;
    }
}

TEST(DiscreetMethod, WhatIsNoneOfTheProtocolsIsLeftOut) {
  EXPECT_EQ(discreet_method("GET"), "GET");
  EXPECT_EQ(discreet_method("VERSION-CONTROL"), "VERSION-CONTROL");
  EXPECT_EQ(discreet_method("a1b2c3"), "...");
  EXPECT_EQ(discreet_method(std::string(40, 'A')), "...");
}

// The vectors of its authors: the key 00 01 .. 0f, the text 00 01 .. so many.
TEST(KeyedDigest, IsSipHash) {
  const DigestKey key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
  std::string text;
  EXPECT_EQ(sip_hash(key, text), 0x726fdb47dd0e0e31U);
  text += '\0';
  EXPECT_EQ(sip_hash(key, text), 0x74f839c593dc67fdU);
  for (char c = 1; c < 15; ++c) text += c;
  EXPECT_EQ(sip_hash(key, text), 0xa129ca6149be45e5U);
}

TEST(KeyedDigest, TellsTextsApartAndKeysToo) {
  const DigestKey key{1, 2};
  const auto mark_of = [](const DigestKey& with, std::string_view text) {
    const DigestMark mark = digest_mark(with, text);
    return std::string(mark.data(), mark.size());
  };
  const std::string mark = mark_of(key, "/reset/a1b2c3?x");
  EXPECT_EQ(mark.size(), 10U);
  EXPECT_TRUE(mark.starts_with(" ~")) << mark;
  EXPECT_EQ(mark, mark_of(key, "/reset/a1b2c3?x"));
  EXPECT_NE(mark, mark_of(key, "/reset/a1b2c4?x"));
  EXPECT_NE(mark, mark_of({1, 3}, "/reset/a1b2c3?x"));
  EXPECT_EQ(without_digest_mark("GET /reset/..." + mark), "GET /reset/...");
  EXPECT_EQ(without_digest_mark("GET /..." + mark + ", still"), "GET /..., still");
  EXPECT_EQ(without_digest_mark("GET /reports"), "GET /reports");
  EXPECT_EQ(digest_mark_in_front(mark + "GET /reports"), mark.size());
  EXPECT_EQ(digest_mark_in_front("GET /reports"), 0U);
  EXPECT_EQ(digest_mark_in_front(" ~12"), 0U);
}

}  // namespace
}  // namespace cutover
