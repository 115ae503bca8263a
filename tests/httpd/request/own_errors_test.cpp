// SPDX-License-Identifier: Apache-2.0
// An error of the old host's own, after a switch: its ErrorDocument is the new host's page, and the
// error stays what it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/httpd/connection.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using harness::write_file;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

RigOptions options() {
  RigOptions o;
  o.processes = 1;
  o.load = {"auth_basic", "authn_core", "authn_file", "authz_user"};
  for (const char* status : {"401", "403", "404"})
    o.vhost += std::string("ErrorDocument ") + status + " /errors/" + status + ".txt\n";
  o.vhost +=
      "<Location /members>\nAuthType Basic\nAuthName members\nAuthBasicProvider file\n"
      "AuthUserFile /dev/null\nRequire valid-user\n</Location>\n"
      "<Location /closed>\nRequire all denied\n</Location>\n";
  return o;
}

class OwnErrors : public testing::Test {
 protected:
  OwnErrors() : rig_(options()) {
    std::filesystem::create_directories(rig_.new_host().htdocs() / "errors");
    for (const char* status : {"401", "403", "404"})
      write_file(rig_.new_host().htdocs() / "errors" / (std::string(status) + ".txt"),
                 std::string("new explains ") + status);
    rig_.start();
    rig_.serve(Side::kNew);
  }
  std::string ask(const std::string& path, const std::string& more = "") {
    return exchange(rig_.port(), path, more);
  }
  Rig rig_;
};

TEST_F(OwnErrors, ABrowserIsAskedForThePassword) {
  EXPECT_THAT(ask("/members"),
              AllOf(StartsWith("HTTP/1.1 401 "), HasSubstr("\r\nWWW-Authenticate: Basic realm="),
                    EndsWith("\r\n\r\nnew explains 401")));
}

TEST_F(OwnErrors, WhatIsForbiddenOrNotThereStaysSo) {
  EXPECT_THAT(ask("/closed"),
              AllOf(StartsWith("HTTP/1.1 403 "), EndsWith("\r\n\r\nnew explains 403")));
  EXPECT_THAT(ask("/a%2Fb"),
              AllOf(StartsWith("HTTP/1.1 404 "), EndsWith("\r\n\r\nnew explains 404")));
}

TEST_F(OwnErrors, NoConditionAndNoRangeIsMeantForTheirPage) {
  for (const char* header :
       {"Range: bytes=0-1", "If-None-Match: *", "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT",
        "If-Match: \"x\"", "If-Unmodified-Since: Sat, 01 Jan 2000 00:00:00 GMT"})
    EXPECT_THAT(ask("/closed", std::string(header) + "\r\n"),
                AllOf(StartsWith("HTTP/1.1 403 "), EndsWith("\r\n\r\nnew explains 403")))
        << header;
}

TEST_F(OwnErrors, ThatTheNewHostHasNoPageForThemChangesNothing) {
  std::filesystem::remove(rig_.new_host().htdocs() / "errors/401.txt");
  EXPECT_THAT(ask("/members"), AllOf(StartsWith("HTTP/1.1 401 "), HasSubstr("WWW-Authenticate")));
  rig_.new_host().stop();
  EXPECT_THAT(ask("/members"), AllOf(StartsWith("HTTP/1.1 401 "), HasSubstr("WWW-Authenticate")));
  rig_.new_host().start();
}

// Another answer than the one that was waited for would come to the wrong visitor.
TEST_F(OwnErrors, WhatWasSentWithItAndWhatIsNotReadConfusesNobody) {
  for (int i = 0; i < 3; ++i) {
    Connection kept(rig_.port());
    kept.send(
        "POST /closed HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 5\r\n\r\na=b&c"
        "GET /who.txt?first HTTP/1.1\r\nHost: shop.example.com\r\n\r\n"
        "POST /closed HTTP/1.1\r\nHost: shop.example.com\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\na=b&c\r\n0\r\n\r\n"
        "HEAD /closed HTTP/1.1\r\nHost: shop.example.com\r\n\r\n"
        "GET /who.txt?last HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n");
    const std::string all = kept.read_all();
    std::string rest = all;
    for (const char* part :
         {"HTTP/1.1 403 ", "new explains 403", "HTTP/1.1 200 ", "\r\n\r\nnew", "HTTP/1.1 403 ",
          "new explains 403", "HTTP/1.1 403 ", "\r\n\r\n", "HTTP/1.1 200 ", "\r\n\r\nnew"}) {
      const auto at = rest.find(part);
      ASSERT_NE(at, std::string::npos) << part << " lacks in\n" << all;
      rest.erase(0, at + std::string(part).size());
    }
    EXPECT_EQ(rest, "");
  }
  EXPECT_THAT(rig_.new_host().access_log(), HasSubstr("\"HEAD /errors/403.txt"));
}

}  // namespace
}  // namespace cutover::test
