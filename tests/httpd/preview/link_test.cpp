// SPDX-License-Identifier: Apache-2.0
// The page's forms for CutoverPreview: they change a browser and nothing else, and nobody who may
// only look is told the secret.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/httpd/preview/previewer.h"
#include "tests/httpd/tls_client.h"

namespace cutover::test {
namespace {

using harness::HttpHeaders;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kSecret = kPreview.substr(kPreview.find('=') + 1);

RigOptions with_page(const std::string& control = "On") {
  RigOptions o = preview_options("CutoverPageControl " + control);
  o.vhost = "<Location /cutover>\nSetHandler cutover\n</Location>\n";
  return o;
}

class PreviewLink : public testing::Test {
 protected:
  void start(const RigOptions& options = with_page()) {
    rig_ = std::make_unique<Rig>(options);
    rig_->start();
  }
  std::string authority() const { return "shop.example.com:" + std::to_string(rig_->port()); }
  HttpClient client() const { return {"127.0.0.1", rig_->port(), authority()}; }
  std::string page(const HttpHeaders& headers = {}) {
    return client().get("/cutover/", headers).body;
  }
  std::string nonce() {
    const std::string text = page();
    const std::string mark = "name=\"nonce\" value=\"";
    const auto at = text.find(mark);
    return at == std::string::npos ? std::string(64, '0') : text.substr(at + mark.size(), 64);
  }
  HttpResponse post(const std::string& verb, const std::string& given, HttpHeaders more = {}) {
    more.emplace("Origin", "http://" + authority());
    return client().post("/cutover/shop/" + verb, {{"nonce", given}}, more);
  }
  std::unique_ptr<Rig> rig_;
};

TEST_F(PreviewLink, SetsTheCookieAndClearsIt) {
  start();
  EXPECT_THAT(page(), AllOf(HasSubstr("/cutover/shop/preview\""), Not(HasSubstr("end-preview"))));
  const HttpResponse set = post("preview", nonce());
  EXPECT_EQ(set.status, 303);
  EXPECT_EQ(set.header("location"), "/cutover/");
  EXPECT_EQ(set.header("cache-control"), "no-store");
  EXPECT_EQ(set.header("clear-site-data"), "\"cache\"");
  EXPECT_EQ(set.header("set-cookie"), kPreview + "; Path=/; HttpOnly; SameSite=Lax");
  EXPECT_THAT(page(with_cookie()), AllOf(HasSubstr("/cutover/shop/end-preview\""),
                                         HasSubstr("Leave the preview"), Not(HasSubstr(kSecret))));
  const HttpResponse cleared = post("end-preview", nonce(), with_cookie());
  EXPECT_EQ(cleared.status, 303);
  EXPECT_EQ(cleared.header("set-cookie"),
            "shop-preview=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax");
  EXPECT_EQ(rig_->ask(), "old") << "the site is where it was";
}

TEST_F(PreviewLink, WantsTheNonceOfThePageAndAPostOfItsOwn) {
  start();
  const std::string right = nonce();
  std::string wrong = right;
  wrong[0] = wrong[0] == '0' ? '1' : '0';
  const auto expect_nothing = [](const HttpResponse& r, int status) {
    EXPECT_EQ(r.status, status);
    EXPECT_EQ(r.header("set-cookie"), "");
    EXPECT_THAT(r.body, Not(HasSubstr(kSecret)));
  };
  expect_nothing(post("preview", wrong), 403);
  expect_nothing(post("preview", ""), 403);
  expect_nothing(post("preview", right, {{"Sec-Fetch-Site", "cross-site"}}), 403);
  expect_nothing(client().post("/cutover/shop/preview", {{"nonce", right}},
                               {{"Origin", "http://evil.example"}}),
                 403);
  expect_nothing(client().get("/cutover/shop/preview?nonce=" + right), 405);
  expect_nothing(client().post("/cutover/other/preview", {{"nonce", right}},
                               {{"Origin", "http://" + authority()}}),
                 404);
}

TEST_F(PreviewLink, NobodyIsShownTheSecret) {
  RigOptions o = with_page();
  o.load = {"info"};
  o.vhost += "<Location /info>\nSetHandler server-info\n</Location>\n";
  start(o);
  EXPECT_THAT(client().get("/info?config").body,
              AllOf(HasSubstr("CutoverPreview"), Not(HasSubstr(kSecret))));
  for (const char* path : {"/cutover/", "/cutover/status.json", "/cutover/metrics"})
    EXPECT_THAT(client().get(path).body, Not(HasSubstr(kSecret))) << path;
  EXPECT_EQ(preview(*rig_), "new");
  EXPECT_THAT(rig_->old_host().access_log() + rig_->old_host().error_log(),
              Not(HasSubstr(kSecret)));
}

TEST_F(PreviewLink, IsNotThereWithoutPageControlNorOnAnotherVhost) {
  start(with_page("Off"));
  EXPECT_THAT(page(), Not(HasSubstr("shop/preview")));
  EXPECT_EQ(post("preview", std::string(64, '0')).status, 403);
  start();
  EXPECT_THAT(rig_->admin().get("/cutover/").body,
              AllOf(HasSubstr("/cutover/shop/switch"), Not(HasSubstr("shop/preview"))));
  const std::string admin = "admin.example.com:" + std::to_string(rig_->admin_port());
  HttpClient elsewhere("127.0.0.1", rig_->admin_port(), admin);
  EXPECT_EQ(
      elsewhere.post("/cutover/shop/preview", {{"nonce", nonce()}}, {{"Origin", "http://" + admin}})
          .status,
      404);
}

TEST_F(PreviewLink, IsForHttpsAloneWhereItWasSetThere) {
  const harness::TempDir folder("tls");
  RigOptions o = with_tls(folder);
  o.site = with_page().site;
  o.vhost += with_page().vhost;
  start(o);
  const auto ask = [&](const std::string& request, const std::string& more) {
    TlsClient browser(rig_->port());
    browser.send(request + " HTTP/1.1\r\nHost: " + authority() + "\r\nConnection: close\r\n" +
                 more);
    return browser.read_until("\x01");
  };
  const std::string text = ask("GET /cutover/", "\r\n");
  const std::string mark = "name=\"nonce\" value=\"";
  ASSERT_NE(text.find(mark), std::string::npos) << text;
  const std::string form = "nonce=" + text.substr(text.find(mark) + mark.size(), 64);
  const std::string answer =
      ask("POST /cutover/shop/preview",
          "Origin: https://" + authority() +
              "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
              std::to_string(form.size()) + "\r\n\r\n" + form);
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 303"),
                            HasSubstr(kPreview + "; Path=/; HttpOnly; SameSite=Lax; Secure\r\n")));
}

}  // namespace
}  // namespace cutover::test
