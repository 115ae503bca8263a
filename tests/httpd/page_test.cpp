// SPDX-License-Identifier: Apache-2.0
// The page and its data, with and without a coordinator; what its buttons may do, and who may not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <nlohmann/json.hpp>

#include "shared/snapshot.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"
#include "tests/httpd/connection.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using harness::eventually;
using harness::HttpHeaders;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(Page, ShowsWhatSharedMemoryKnowsWhenNoCoordinatorAnswers) {
  Rig rig;
  rig.start();
  EXPECT_EQ(rig.ask(), "old");
  HttpClient admin = rig.admin();
  const HttpResponse page = admin.get("/cutover/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, AllOf(HasSubstr("No coordinator answers"), HasSubstr("old serves"),
                               HasSubstr("closed"), Not(HasSubstr("<form"))));
  const json status = json::parse(admin.get("/cutover/status.json").body);
  EXPECT_TRUE(status.at("pid").is_null());
  const json& site = status.at("sites").at(0);
  EXPECT_EQ(site.at("site"), "shop");
  EXPECT_EQ(site.at("side"), "old");
  EXPECT_EQ(site.at("requests").at("old"), 1);
  EXPECT_FALSE(site.at("gate").at("open"));
  EXPECT_FALSE(site.at("gate").at("reasons").empty());
  EXPECT_TRUE(site.at("lag_ms").is_null()) << "unknown is never 0";
}

TEST(Page, EveryFigureIsThereFromTheStartInEveryRendering) {
  Rig rig;
  rig.start();
  HttpClient admin = rig.admin();
  const HttpResponse metrics = admin.get("/cutover/metrics");
  EXPECT_THAT(metrics.header("content-type"), HasSubstr("version=0.0.4"));
  EXPECT_THAT(metrics.body, HasSubstr("cutover_coordinator_up 0"));
  const std::string automatic = admin.get("/cutover/?auto").body;
  for (const Figure& figure : figures()) {
    EXPECT_THAT(metrics.body,
                HasSubstr("cutover_" + std::string(figure.metric) + "{site=\"shop\"} "));
    EXPECT_THAT(automatic, HasSubstr("Cutover.shop." + std::string(figure.key) + ": "));
  }
  EXPECT_THAT(automatic, HasSubstr("Cutover.shop.lag_ms: unknown\n"));
}

TEST(Page, PrometheusOwnCheckerFindsNothingWrongWithTheMetrics) {
  Rig rig;
  rig.start();
  const harness::TempDir dir("metrics");
  harness::write_file(dir / "text", rig.admin().get("/cutover/metrics").body);
  const std::string promtool = harness::cache_dir() / "promtool";
  const auto checked = harness::run(
      {"sh", "-c", "'" + promtool + "' check metrics <'" + (dir / "text").string() + "'"});
  EXPECT_EQ(checked.exit_code, 0) << checked.output;
  EXPECT_EQ(checked.output, "");
}

TEST(Page, ModStatusHasASection) {
  RigOptions options;
  options.server = "<Location /server-status>\nSetHandler server-status\n</Location>";
  Rig rig(options);
  rig.start();
  EXPECT_THAT(rig.admin().get("/server-status").body,
              AllOf(HasSubstr("<h2>Cutover</h2>"), HasSubstr("shop: old serves")));
  EXPECT_THAT(rig.admin().get("/server-status?auto").body, HasSubstr("Cutover.shop.side: old\n"));
}

TEST(Page, IsItsOwnAndLoadsNothingFromElsewhere) {
  Rig rig;
  rig.start();
  HttpClient admin = rig.admin();
  EXPECT_EQ(admin.get("/cutover").header("location"), "/cutover/");
  for (const char* path : {"/cutover/", "/cutover/status.json", "/cutover/nothing"}) {
    const HttpResponse r = admin.get(path);
    EXPECT_THAT(r.header("content-security-policy"), HasSubstr("default-src 'none'")) << path;
    EXPECT_THAT(r.header("content-security-policy"), Not(HasSubstr("unsafe"))) << path;
    EXPECT_EQ(r.header("x-content-type-options"), "nosniff") << path;
  }
  EXPECT_EQ(admin.get("/cutover/nothing").status, 404);
  const std::string page = admin.get("/cutover/").body;
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("style=")));
  EXPECT_THAT(page, HasSubstr("href=\"/cutover/style.css\""));
  EXPECT_THAT(admin.get("/cutover/style.css").header("content-type"), HasSubstr("text/css"));
}

TEST(Page, ReadsAnswerGetAndHeadAlone) {
  Rig rig;
  rig.start();
  for (const char* path : {"/cutover/", "/cutover/status.json", "/cutover/metrics"}) {
    const HttpResponse posted = rig.admin().post(path, {{"a", "b"}});
    EXPECT_EQ(posted.status, 405) << path;
    EXPECT_THAT(posted.header("allow"), AllOf(HasSubstr("GET"), Not(HasSubstr("POST")))) << path;
  }
  Connection head(rig.admin_port());
  head.send("HEAD /cutover/ HTTP/1.1\r\nHost: admin.example.com\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(head.read_all(), AllOf(HasSubstr("200 OK"), Not(HasSubstr("<html"))));
}

class Buttons : public testing::Test {
 protected:
  void start(const std::string& site = "CutoverPageControl On") {
    RigOptions options;
    options.coordinator = true;
    options.site = site;
    rig_ = std::make_unique<Rig>(options);
    rig_->start();
    ASSERT_TRUE(eventually([&] { return rig_->ask() == "old"; }));
    ASSERT_TRUE(eventually([&] { return status().at("gate").at("open") == true; }))
        << status().dump(1);
  }
  json status() {
    return json::parse(rig_->admin().get("/cutover/status.json").body).at("sites").at(0);
  }
  std::string nonce() {
    const std::string page = rig_->admin().get("/cutover/").body;
    const std::string mark = "name=\"nonce\" value=\"";
    const auto at = page.find(mark);
    return at == std::string::npos ? "" : page.substr(at + mark.size(), 64);
  }
  std::string origin() const {
    return "http://admin.example.com:" + std::to_string(rig_->admin_port());
  }
  // The Host header as a browser sends it, with the port.
  HttpResponse post(const std::string& verb, const std::string& given_nonce, HttpHeaders headers) {
    HttpClient client("127.0.0.1", rig_->admin_port(),
                      "admin.example.com:" + std::to_string(rig_->admin_port()));
    return client.post("/cutover/shop/" + verb, {{"nonce", given_nonce}}, headers);
  }
  HttpResponse press(const std::string& verb) {
    return post(verb, nonce(), {{"Origin", origin()}});
  }

  std::unique_ptr<Rig> rig_;
};

TEST_F(Buttons, SwitchTheSiteAndShowIt) {
  start();
  const HttpResponse pressed = press("switch");
  EXPECT_EQ(pressed.status, 303);
  EXPECT_EQ(pressed.header("location"), "/cutover/");
  EXPECT_TRUE(eventually([&] { return rig_->ask() == "new"; }));
  const std::string page = rig_->admin().get("/cutover/").body;
  EXPECT_THAT(page, AllOf(HasSubstr("new serves"), HasSubstr("switch, done"),
                          HasSubstr("page: 127.0.0.1"), HasSubstr("Roll back")));
  EXPECT_EQ(status().at("side"), "new");
  EXPECT_EQ(status().at("balanced"), true);
}

TEST_F(Buttons, PreflightShowsItsChecks) {
  start();
  const HttpResponse pressed = press("preflight");
  EXPECT_EQ(pressed.status, 200);
  EXPECT_THAT(pressed.body, AllOf(HasSubstr("new-host"), HasSubstr("pass")));
  EXPECT_EQ(rig_->ask(), "old");
}

TEST_F(Buttons, WhatIsRefusedSaysWhyOnThePage) {
  start();
  const HttpResponse pressed = press("abort");
  EXPECT_EQ(pressed.status, 409);
  EXPECT_THAT(pressed.body, HasSubstr("abort: "));
}

TEST_F(Buttons, NeedTheNonceAndThePagesOwnOrigin) {
  start();
  const std::string right = nonce();
  ASSERT_EQ(right.size(), 64U);
  std::string wrong = right;
  wrong[63] = wrong[63] == '0' ? '1' : '0';
  const HttpHeaders own = {{"Origin", origin()}};
  EXPECT_EQ(post("switch", "", own).status, 403);
  EXPECT_EQ(post("switch", wrong, own).status, 403);
  EXPECT_EQ(post("switch", right.substr(0, 63), own).status, 403);
  EXPECT_EQ(post("switch", right, {}).status, 403) << "neither Origin nor Referer";
  EXPECT_EQ(post("switch", right, {{"Origin", "null"}}).status, 403);
  EXPECT_EQ(post("switch", right, {{"Origin", "http://evil.example"}}).status, 403);
  EXPECT_EQ(post("switch", right, {{"Origin", "http://admin.example.com:1"}}).status, 403);
  EXPECT_EQ(post("switch", right, {{"Referer", "http://evil.example/cutover/"}}).status, 403);
  EXPECT_EQ(post("switch", right, {{"Origin", origin()}, {"Sec-Fetch-Site", "cross-site"}}).status,
            403);
  EXPECT_EQ(post("switch", right, {{"Origin", origin()}, {"Sec-Fetch-Site", "same-site"}}).status,
            403);
  EXPECT_EQ(rig_->ask(), "old") << "nothing of this may have switched";
  EXPECT_EQ(post("switch", right,
                 {{"Referer", origin() + "/cutover/"}, {"Sec-Fetch-Site", "same-origin"}})
                .status,
            303);
}

TEST_F(Buttons, AForeignNameForThisAddressIsNotOurOwn) {
  start();
  const std::string foreign = "rebound.evil.example:" + std::to_string(rig_->admin_port());
  HttpClient client("127.0.0.1", rig_->admin_port(), foreign);
  EXPECT_EQ(
      client.post("/cutover/shop/switch", {{"nonce", nonce()}}, {{"Origin", "http://" + foreign}})
          .status,
      403);
  EXPECT_EQ(rig_->ask(), "old");
}

TEST_F(Buttons, NothingButASmallFormIsRead) {
  start();
  const std::string right = nonce();
  HttpClient client("127.0.0.1", rig_->admin_port(),
                    "admin.example.com:" + std::to_string(rig_->admin_port()));
  EXPECT_EQ(
      client
          .post_body("/cutover/shop/switch", "nonce=" + right, "text/plain", {{"Origin", origin()}})
          .status,
      415);
  EXPECT_EQ(client
                .post("/cutover/shop/switch", {{"nonce", right}, {"x", std::string(5000, 'x')}},
                      {{"Origin", origin()}})
                .status,
            413);
  EXPECT_EQ(rig_->ask(), "old");
}

TEST_F(Buttons, GetChangesNothingEver) {
  start();
  const std::string right = nonce();
  for (const char* verb : {"switch", "rollback", "abort", "preflight", "rehearse"}) {
    const HttpResponse got = rig_->admin().get(
        "/cutover/shop/" + std::string(verb) + "?nonce=" + right, {{"Origin", origin()}});
    EXPECT_EQ(got.status, 405) << verb;
    EXPECT_THAT(got.header("allow"), HasSubstr("POST")) << verb;
  }
  EXPECT_EQ(rig_->ask(), "old");
  EXPECT_EQ(post("explode", right, {{"Origin", origin()}}).status, 404);
  HttpClient client("127.0.0.1", rig_->admin_port(),
                    "admin.example.com:" + std::to_string(rig_->admin_port()));
  EXPECT_EQ(
      client.post("/cutover/nosuch/switch", {{"nonce", right}}, {{"Origin", origin()}}).status,
      404);
}

TEST_F(Buttons, AreNotThereWithoutPageControl) {
  start("CutoverPageControl Off");
  EXPECT_THAT(rig_->admin().get("/cutover/").body, Not(HasSubstr("<form")));
  EXPECT_EQ(post("switch", std::string(64, '0'), {{"Origin", origin()}}).status, 403);
  EXPECT_EQ(rig_->ask(), "old");
}

TEST_F(Buttons, ALongRunIsShownWhileItGoesOn) {
  start("CutoverPageControl On\nCutoverDrainTimeout 6s");
  const std::string end = rig_->directory() + "/end";
  auto slow = std::async(std::launch::async, [&] { return rig_->ask("/cgi/slow?" + end); });
  ASSERT_TRUE(eventually([&] { return rig_->counts().in_flight == 1; }));
  const auto asked = std::chrono::steady_clock::now();
  EXPECT_EQ(press("switch").status, 303);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::milliseconds(4000));
  const std::string page = rig_->admin().get("/cutover/").body;
  EXPECT_THAT(page, AllOf(HasSubstr("switch is under way: draining"), HasSubstr("refresh"),
                          HasSubstr("/cutover/shop/abort")));
  EXPECT_EQ(press("abort").status, 303);
  EXPECT_TRUE(eventually([&] { return status().at("direction").is_null(); }));
  EXPECT_EQ(rig_->ask(), "old");
  harness::write_file(end, "");
  EXPECT_EQ(slow.get(), "done\n");
}

}  // namespace
}  // namespace cutover::test
