// SPDX-License-Identifier: Apache-2.0
// Requests to the page that no browser would send, and what stands on every answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "mod_cutover/wire/json.h"
#include "tests/harness/eventually.h"
#include "tests/httpd/connection.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using harness::eventually;
using harness::HttpHeaders;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class HostileRequest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    RigOptions options;
    options.coordinator = true;
    options.site = "CutoverPageControl On";
    options.server = "<LocationMatch /anywhere>\nSetHandler cutover\n</LocationMatch>";
    rig_ = std::make_unique<Rig>(options);
    rig_->start();
    ASSERT_TRUE(eventually([] { return rig_->ask() == "old"; }));
    const std::string mark = "name=\"nonce\" value=\"";
    ASSERT_TRUE(eventually([&] {
      const std::string page = rig_->admin().get("/cutover/").body;
      const auto at = page.find(mark);
      if (at != std::string::npos) nonce_ = page.substr(at + mark.size(), 64);
      return nonce_.size() == 64;
    }));
  }
  static void TearDownTestSuite() { rig_.reset(); }
  void TearDown() override { EXPECT_EQ(rig_->ask(), "old") << "nothing of this may switch"; }

  static std::string host() { return "admin.example.com:" + std::to_string(rig_->admin_port()); }
  static std::string raw(const std::string& request) {
    Connection connection(rig_->admin_port());
    connection.send(request);
    return connection.read_all();
  }
  // The head of a POST that lacks nothing but its body.
  static std::string head(const std::string& more, const std::string& path = "/cutover/shop/switch",
                          const std::string& method = "POST") {
    return method + " " + path + " HTTP/1.1\r\nHost: " + host() + "\r\nOrigin: http://" + host() +
           "\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n" + more +
           "\r\n";
  }
  static std::string posted(const std::string& body) {
    return raw(head("Content-Length: " + std::to_string(body.size()) + "\r\n") + body);
  }

  static std::unique_ptr<Rig> rig_;
  static std::string nonce_;
};
std::unique_ptr<Rig> HostileRequest::rig_;
std::string HostileRequest::nonce_;

TEST_F(HostileRequest, EveryAnswerIsProtected) {
  const std::string get = " HTTP/1.1\r\nHost: " + host() + "\r\nConnection: close\r\n\r\n";
  const std::vector<std::string> answers = {
      raw("GET /cutover/" + get),
      raw("GET /cutover" + get),
      raw("GET /cutover/metrics" + get),
      raw("GET /cutover/history.json" + get),
      raw("GET /cutover/history.json?since=nonsense" + get),
      raw("GET /cutover/events.json" + get),
      raw("GET /cutover/nothing" + get),
      raw("GET /cutover/shop/switch" + get),
      raw("DELETE /cutover/" + get),
      raw("OPTIONS /cutover/" + get),
      posted("nonce=wrong"),
      raw(head("", "/cutover/nosuch/switch")),
      raw(head("Content-Length: 9\r\n", "/cutover/shop/abort") + "nonce=abc")};
  for (const std::string& answer : answers) {
    for (const char* header : {"\r\nContent-Security-Policy: default-src 'none'",
                               "\r\nX-Content-Type-Options: nosniff", "\r\nX-Frame-Options: DENY",
                               "\r\nReferrer-Policy: same-origin", "\r\nCache-Control: no-store"})
      EXPECT_THAT(answer, HasSubstr(header));
    EXPECT_THAT(answer, Not(HasSubstr("Set-Cookie")));
    EXPECT_THAT(answer, Not(HasSubstr("Access-Control-Allow")));
  }
}

TEST_F(HostileRequest, NoMomentButAPlainOneIsReadOutOfAUrl) {
  for (const char* since :
       {"", "=", "=-1", "=1e3", "=1%20", "=0x1", "=99999999999999999999", "s=1"})
    EXPECT_EQ(rig_->admin().get("/cutover/history.json?since" + std::string(since)).status, 400)
        << since;
  EXPECT_EQ(rig_->admin().get("/cutover/history.json?since=9223372036854775807").status, 200);
}

TEST_F(HostileRequest, TheBodyIsCappedHoweverItIsSent) {
  EXPECT_THAT(posted("nonce=" + nonce_ + "&x=" + std::string(5000, 'x')), HasSubstr(" 413 "));
  const std::string chunk = "1000\r\n" + std::string(4096, 'x') + "\r\n";
  EXPECT_THAT(raw(head("Transfer-Encoding: chunked\r\n") + chunk + chunk + "0\r\n\r\n"),
              HasSubstr(" 413 "));
  EXPECT_THAT(raw(head("Content-Length: 99999999999\r\n") + std::string(6000, 'x')),
              AnyOf(HasSubstr(" 413 "), HasSubstr(" 400 ")));
}

TEST_F(HostileRequest, TheNonceCountsInTheBodyAlone) {
  EXPECT_THAT(raw(head("Content-Length: 1\r\n", "/cutover/shop/switch?nonce=" + nonce_) + "x"),
              HasSubstr(" 403 "));
  EXPECT_THAT(
      raw(head("Content-Length: 1\r\nCookie: nonce=" + nonce_ + "\r\nX-Nonce: " + nonce_ + "\r\n") +
          "x"),
      HasSubstr(" 403 "));
  EXPECT_THAT(posted("Nonce=" + nonce_), HasSubstr(" 403 "));
  EXPECT_THAT(posted("nonce=wrong&nonce=" + nonce_), HasSubstr(" 403 ")) << "the first one counts";
  EXPECT_THAT(posted("nonce=" + nonce_ + "%00"), AnyOf(HasSubstr(" 403 "), HasSubstr(" 400 ")));
}

TEST_F(HostileRequest, OnlyPostActsWhateverElseAsksForIt) {
  for (const char* method : {"PUT", "PATCH", "DELETE", "PROPFIND", "GET"}) {
    const std::string body = "nonce=" + nonce_;
    EXPECT_THAT(raw(head("X-HTTP-Method-Override: POST\r\nContent-Length: " +
                             std::to_string(body.size()) + "\r\n",
                         "/cutover/shop/switch", method) +
                    body),
                AnyOf(HasSubstr(" 405 "), HasSubstr(" 501 ")))
        << method;
  }
}

TEST_F(HostileRequest, AnAppsOwnSchemeIsNotThePage) {
  HttpClient client("127.0.0.1", rig_->admin_port(), "localhost");
  for (const char* origin : {"app://localhost", "null", "file://", "http://localhost@evil.example",
                             "http://localhost.evil.example", "http://evil.example/?localhost"})
    EXPECT_EQ(client.post("/cutover/shop/switch", {{"nonce", nonce_}}, {{"Origin", origin}}).status,
              403)
        << origin;
}

TEST_F(HostileRequest, NoRedirectLeavesTheHost) {
  for (const char* path : {"/%5Cevil.example/anywhere", "//evil.example/anywhere",
                           "/%09/evil.example/anywhere", "/%0d%0aX-Evil:%201/anywhere"}) {
    const std::string answer = raw(std::string("GET ") + path + " HTTP/1.1\r\nHost: " + host() +
                                   "\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(answer, Not(HasSubstr("\r\nX-Evil"))) << path;
    const auto at = answer.find("\r\nLocation: ");
    if (at == std::string::npos) continue;
    const std::string location = answer.substr(at + 12, answer.find("\r\n", at + 12) - at - 12);
    EXPECT_THAT(location, AnyOf(StartsWith("/%5C"), StartsWith("/evil.example/"),
                                StartsWith("/%09"), StartsWith("/%0D")))
        << path;
  }
  const std::string page = rig_->admin().get("/%22%3E%3Cscript%3E/anywhere/").body;
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
  EXPECT_THAT(page, HasSubstr("src=\"/%22%3E%3Cscript%3E/anywhere/page.js\""));
}

TEST_F(HostileRequest, NoStateStandsInAUrl) {
  const std::string page = rig_->admin().get("/cutover/").body;
  EXPECT_THAT(page, HasSubstr("method=\"post\""));
  for (std::size_t at = page.find("=\"/"); at != std::string::npos;
       at = page.find("=\"/", at + 1)) {
    const std::string url = page.substr(at + 2, page.find('"', at + 2) - at - 2);
    EXPECT_THAT(url, Not(HasSubstr(nonce_)));
    EXPECT_TRUE(url.find('?') == std::string::npos || url == "/cutover/?auto") << url;
  }
  EXPECT_THAT(rig_->old_host().access_log(), Not(HasSubstr("GET /cutover/?nonce")));
}

// The same seed each time: bytes that httpd's own reader of forms and ours have to take.
TEST_F(HostileRequest, AnyBodyIsAnsweredAndSwitchesNothing) {
  std::mt19937 dice(7);
  const std::vector<std::string> pieces = {"nonce", "=",    "&",  "%",      "%00",  "%zz",    "+",
                                           ";",     nonce_, "\0", "nonce=", "\xff", "%6eonce"};
  for (int i = 0; i < 200; ++i) {
    std::string body;
    for (std::size_t n = dice() % 12; n > 0; --n) body += pieces[dice() % pieces.size()];
    // One that has it whole would be right: it lacks a letter.
    for (auto at = body.find(nonce_); at != std::string::npos; at = body.find(nonce_))
      body.erase(at + 5, 1);
    EXPECT_THAT(posted(body), AnyOf(HasSubstr(" 403 "), HasSubstr(" 400 "))) << body;
  }
}

}  // namespace
}  // namespace cutover::test
