// SPDX-License-Identifier: Apache-2.0
// CutoverPreview: what is not a GET or HEAD is answered with a sentence, and reaches no host.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/harness/eventually.h"
#include "tests/httpd/preview/previewer.h"

namespace cutover::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class PreviewRefuses : public testing::Test {
 protected:
  PreviewRefuses() : rig_(preview_options("CutoverLocal /here\nCutoverRemote /there")) {
    for (Httpd* host : {&rig_.old_host(), &rig_.new_host()})
      for (const char* path : {"here", "there"})
        harness::write_file(host->htdocs() / path, host == &rig_.old_host() ? "old" : "new");
    rig_.start();
  }
  std::string ask(const std::string& method, const std::string& more = "",
                  const std::string& body = "") {
    Connection connection(rig_.port());
    connection.send(method + " /cgi/env HTTP/1.1\r\nHost: shop.example.com\r\n" + more +
                    "Cookie: " + kPreview + "\r\nContent-Length: " + std::to_string(body.size()) +
                    "\r\nConnection: close\r\n\r\n" + body);
    return connection.read_all();
  }
  Rig rig_;
};

TEST_F(PreviewRefuses, WhatIsNoGetOrHeadInEveryPhaseUntilNewServes) {
  const auto check = [&](const char* phase) {
    for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "BREW"})
      EXPECT_THAT(ask(method, "", "a=1"),
                  AllOf(StartsWith("HTTP/1.1 409 "), HasSubstr("Cache-Control: private, no-store"),
                        HasSubstr(std::string(method) + " is not passed on"),
                        HasSubstr("the cookie shop-preview"), Not(HasSubstr(kPreview))))
          << phase;
  };
  check("old");
  rig_.quiet(Side::kOld);
  check("quieting");
  rig_.hold(AtDeadline::kOld, 20000);
  check("hold");
  rig_.seal(Side::kOld);
  check("seal");
  EXPECT_EQ(rig_.counts().held, 0U);
  rig_.serve(Side::kOld);
  EXPECT_THAT(rig_.new_host().access_log(), Not(HasSubstr("/cgi/env")));
  EXPECT_EQ(rig_.counts().served[0] + rig_.counts().served[1], 0U);
}

TEST_F(PreviewRefuses, AWebSocket) {
  EXPECT_THAT(ask("GET", "Upgrade: websocket\r\nConnection: Upgrade\r\n"),
              AllOf(StartsWith("HTTP/1.1 409 "), HasSubstr("A WebSocket is not passed on")));
  EXPECT_THAT(ask("GET", "Upgrade: h2c\r\nConnection: Upgrade\r\n"), StartsWith("HTTP/1.1 200 "));
}

// The connection is good for the next request.
TEST_F(PreviewRefuses, AndTheConnectionGoesOn) {
  HttpClient client = rig_.client();
  EXPECT_EQ(client.post("/cgi/env", {{"a", std::string(20000, 'x')}}, with_cookie()).status, 409);
  EXPECT_EQ(client.get("/who.txt", with_cookie()).body, "new");
  EXPECT_EQ(client.get("/who.txt").body, "old");
}

TEST_F(PreviewRefuses, NobodyWaitsForABodyThatIsOnlyAnnounced) {
  Connection connection(rig_.port());
  connection.send("POST /cgi/env HTTP/1.1\r\nHost: shop.example.com\r\nCookie: " + kPreview +
                  "\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n");
  EXPECT_THAT(connection.read_all(5000),
              AllOf(StartsWith("HTTP/1.1 409 "), HasSubstr("Connection: close")));
}

TEST_F(PreviewRefuses, PathsOfOneHostStayThere) {
  EXPECT_EQ(preview(rig_, "/here"), "old");
  EXPECT_EQ(preview(rig_, "/there"), "new");
  EXPECT_EQ(rig_.client().post("/here", {{"a", "1"}}, with_cookie()).body, "old");
}

TEST_F(PreviewRefuses, WhereTheNewHostIsDownThatIsSaidToHimAlone) {
  rig_.new_host().stop();
  const HttpResponse his = rig_.client().get("/who.txt", with_cookie());
  EXPECT_EQ(his.status, 503);
  EXPECT_EQ(his.header("cache-control"), "private, no-store") << "an error of this httpd's own";
  EXPECT_EQ(rig_.ask(), "old");
}

}  // namespace
}  // namespace cutover::test
