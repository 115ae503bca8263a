// SPDX-License-Identifier: Apache-2.0
// What the page's buttons may do, and who may not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "mod_cutover/state/paths.h"
#include "mod_cutover/wire/client.h"
#include "tests/harness/eventually.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using harness::eventually;
using harness::HttpHeaders;
using nlohmann::json;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

constexpr auto kPatience = std::chrono::seconds(20);

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
  EXPECT_THAT(page, AllOf(HasSubstr("<h2>shop: switch done</h2>"), HasSubstr("after a pause of"),
                          HasSubstr("new serves"), HasSubstr("switch, done"),
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

TEST_F(Buttons, DisarmWhatIsArmedWhichThePageShows) {
  start();
  EXPECT_THAT(
      rig_->admin().get("/cutover/").body,
      AllOf(HasSubstr("data-when=\"armed\" hidden"), HasSubstr("data-when=\"act-armed\" hidden")));
  const Reply armed = ask(socket_path(rig_->state_dir()),
                          {{"verb", "switch"}, {"wait", {{"quiet", true}}}}, kPatience);
  ASSERT_EQ(armed.done.value("exit", -1), 0) << armed.done << armed.error;
  const std::string page = rig_->admin().get("/cutover/").body;
  EXPECT_THAT(page, AllOf(HasSubstr("data-when=\"armed\">"), HasSubstr("act-armed\">"),
                          HasSubstr("in a quiet moment; by root"), HasSubstr(">Disarm</button>")));
  EXPECT_THAT(rig_->admin().get("/cutover/metrics").body,
              HasSubstr("cutover_armed{site=\"shop\"} 1\n"));
  const HttpResponse pressed = press("abort");
  EXPECT_EQ(pressed.status, 303);
  EXPECT_TRUE(status().at("armed").is_null());
  EXPECT_THAT(rig_->admin().get("/cutover/").body, HasSubstr("it was aborted, by page: 127.0.0.1"));
  EXPECT_EQ(rig_->ask(), "old");
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

TEST_F(Buttons, ANameThatIsTypedMustBeTheSites) {
  start();
  HttpClient client("127.0.0.1", rig_->admin_port(),
                    "admin.example.com:" + std::to_string(rig_->admin_port()));
  for (const char* typed : {"", "shopp", "SHOP"}) {
    const HttpResponse r = client.post(
        "/cutover/shop/switch", {{"nonce", nonce()}, {"confirm", typed}}, {{"Origin", origin()}});
    EXPECT_EQ(r.status, 409) << typed;
    EXPECT_THAT(r.body, HasSubstr("nothing was done, since the name typed is not shop"));
  }
  EXPECT_EQ(rig_->ask(), "old");
  EXPECT_EQ(client
                .post("/cutover/shop/switch", {{"nonce", nonce()}, {"confirm", "shop"}},
                      {{"Origin", origin()}})
                .status,
            303);
}

TEST_F(Buttons, AScriptIsAnsweredWithData) {
  start();
  const HttpHeaders headers = {{"Origin", origin()}, {"Accept", "application/json"}};
  const HttpResponse looked = post("preflight", nonce(), headers);
  EXPECT_EQ(looked.status, 200);
  EXPECT_EQ(looked.header("content-type"), "application/json");
  const json told = json::parse(looked.body);
  EXPECT_FALSE(told.at("bad"));
  EXPECT_GT(told.at("checks").size(), 1U);
  const HttpResponse refused = post("abort", nonce(), headers);
  EXPECT_EQ(refused.status, 409);
  EXPECT_TRUE(json::parse(refused.body).at("bad"));
  EXPECT_THAT(json::parse(refused.body).at("message").get<std::string>(),
              HasSubstr("abort: nothing is under way"));
  EXPECT_EQ(post("switch", std::string(64, '0'), headers).status, 403);
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
  EXPECT_THAT(page, AllOf(AnyOf(HasSubstr("switch is under way: quieting"),
                                HasSubstr("switch is under way: draining")),
                          HasSubstr("refresh"), HasSubstr("/cutover/shop/abort")));
  EXPECT_EQ(press("abort").status, 303);
  EXPECT_TRUE(eventually([&] { return status().at("direction").is_null(); }));
  EXPECT_EQ(rig_->ask(), "old");
  harness::write_file(end, "");
  EXPECT_EQ(slow.get(), "done\n");
}

}  // namespace
}  // namespace cutover::test
