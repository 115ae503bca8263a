// SPDX-License-Identifier: Apache-2.0
// CutoverPreview with databases: who is logged in is shown his account by the new host all along,
// through a switch and a rollback under load, and nothing that he does there is written.
#include <gmock/gmock.h>

#include <atomic>

#include "tests/harness/http_client.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using harness::HttpClient;
using harness::HttpResponse;
using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kCookie = "shop-preview=0a1b2c3d4e5f60718293a4b5c6d7e8f9";

std::string between(const std::string& text, const std::string& before, const std::string& after) {
  const std::size_t at = text.find(before);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + before.size();
  return text.substr(begin, text.find(after, begin) - begin);
}

class PreviewOnSite : public testing::Test {
 protected:
  PreviewOnSite() : play_({}, std::string("CutoverPreview ") + kCookie + "\n", 8) {
    HttpClient browser = client();
    const std::string token = between(browser.get("/login").body, "name=\"token\" value=\"", "\"");
    const HttpResponse entered = browser.post(
        "/signup", {{"token", token}, {"name", "Ann-Preview"}, {"password", "secret"}});
    session_ = "TEAMSESSION=" + between(entered.header("set-cookie"), "TEAMSESSION=", ";");
    EXPECT_TRUE(harness::caught_up(stage().old_database(), stage().new_database()));
  }
  Stage& stage() { return play_.stage; }
  HttpClient client() { return {"127.0.0.1", stage().site().port()}; }
  HttpResponse account() {
    return client().get("/account", {{"Cookie", session_ + "; " + kCookie}});
  }
  void expect_account(const HttpResponse& his, const std::string& host) {
    EXPECT_EQ(his.status, 200);
    EXPECT_EQ(his.header("x-served-by"), host);
    EXPECT_THAT(his.body, HasSubstr("Ann-Preview"));
  }

  Play play_;
  std::string session_;
};

TEST_F(PreviewOnSite, HeIsLoggedInThereAndMeetsNoErrorInAnyRun) {
  expect_account(account(), "new");
  EXPECT_EQ(client().get("/team", {{"Cookie", session_}}).header("x-served-by"), "old");
  std::atomic<bool> enough{false};
  std::atomic<int> answers{0}, others{0};
  std::string wrong;
  std::thread asking([&] {
    while (!enough.load()) {
      const HttpResponse his = account();
      ++answers;
      if (his.header("x-served-by") != "new") ++others;
      if (his.status != 200) wrong += std::to_string(his.status) + " " + his.error + "\n";
    }
  });
  stage().expect_switch();
  EXPECT_EQ(others.load(), 0);
  stage().expect_rollback();
  stage().expect_switch();
  stage().expect_rollback();
  enough.store(true);
  asking.join();
  EXPECT_GT(answers.load(), 20);
  EXPECT_EQ(wrong, "");
  EXPECT_LE(others.load(), 2) << "who was held in a rollback goes where it leads";
  expect_account(account(), "new");
  play_.end();
}

TEST_F(PreviewOnSite, WhatHeSendsIsWrittenNowhereUntilNewServes) {
  const auto send = [&] {
    return client().post("/logout", {{"once", "x"}}, {{"Cookie", session_ + "; " + kCookie}});
  };
  const HttpResponse refused = send();
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(refused.body, AllOf(HasSubstr("POST is not passed on"), HasSubstr("shop-preview")));
  expect_account(account(), "new");
  stage().expect_switch();
  EXPECT_NE(send().status, 409);
  play_.end();
}

TEST_F(PreviewOnSite, APageOfHisThatLastsKeepsNobodyWaiting) {
  const std::string begun = stage().hook().directory() / "begun";
  harness::write_file(stage().site().new_httpd().htdocs() / "public/slow.php",
                      "<?php touch('" + begun + "'); sleep(4); echo 'slow';");
  std::thread slow([&] {
    EXPECT_EQ(client().get("/slow.php", {{"Cookie", kCookie}}).body, "slow");
  });
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(begun); }));
  stage().expect_switch();
  EXPECT_LT(stage().site().status().at("last").at("pause_ms").get<double>(), 3000);
  slow.join();
  play_.end();
}

}  // namespace
}  // namespace cutover::test
