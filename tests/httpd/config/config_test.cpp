// SPDX-License-Identifier: Apache-2.0
// What is wrong with a configuration is said by configtest, with file, line and what would be
// right; and an httpd that is started with it does not serve.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/httpd/conf.h"

namespace cutover::test {
namespace {

namespace fs = std::filesystem;
using harness::Finished;
using harness::write_file;
using testing::HasSubstr;
using testing::Not;

// The line of httpd.conf in which `text` stands.
std::string line_of(const Conf& conf, const std::string& text) {
  const std::string all = Httpd(conf.httpd()).conf_text();
  const auto at = all.find("\n" + text) + 1;
  EXPECT_NE(at, std::string::npos);
  return "line " +
         std::to_string(1 + std::count(all.begin(), all.begin() + static_cast<long>(at), '\n'));
}

TEST(Config, EverythingOfTheContractIsTaken) {
  Conf conf;
  write_file(conf.state_dir() + ".cnf", "", 0600);
  conf.site(
          "CutoverServe old\n"
          "CutoverOldDatabase /etc/cutover/old.cnf\n"
          "CutoverNewDatabase /etc/cutover/new.cnf other\n"
          "CutoverMaxLag 1s\nCutoverCheckInterval 100ms\nCutoverHoldTimeout 10s\n"
          "CutoverHoldLimit 10000\nCutoverDrainTimeout 3s\n"
          "CutoverStragglers close 500ms\nCutoverStreams /events TEXT/event-stream\n"
          "CutoverSelfCalls off\n"
          "CutoverFenceTimeout 1s\nCutoverCatchUpTimeout 3s\nCutoverFence On\n"
          "CutoverPromote On\nCutoverReverse On\nCutoverLocal /health /.well-known/\n"
          "CutoverRemote /token\nCutoverPreview shop-preview=0123456789abcdef\n"
          "CutoverLeaveBehind old_wiki statistics@localhost\n"
          "CutoverKnown php_value LimitRequestLine\n"
          "CutoverHook before-switch /bin/true\nCutoverProbe /\n"
          "CutoverHook fenced /bin/true\nCutoverHookTimeout 1s\n"
          "CutoverProbe /account?x=%20 shop.cookie\nCutoverPageControl On\n"
          "CutoverProof / shop.cookie\nCutoverProofTimeout 500ms\n"
          "CutoverHoldTimeout 14s")
      .vhost();
  const Finished tested = conf.test();
  EXPECT_EQ(tested.exit_code, 0) << tested.output;
  EXPECT_THAT(tested.output, HasSubstr("Syntax OK"));
  EXPECT_FALSE(fs::exists(conf.state_dir())) << "a test changes nothing";
}

TEST(Config, TheSiteMayComeAfterTheVhostThatNamesIt) {
  Conf conf;
  conf.vhost().site();
  const Finished tested = conf.test();
  EXPECT_EQ(tested.exit_code, 0) << tested.output;
}

TEST(Config, IfModuleKnowsTheModuleByItsName) {
  Conf conf;
  conf.add("<IfModule mod_cutover.c>\nNoSuchDirective\n</IfModule>");
  expect_refused(conf, {"NoSuchDirective"});
}

TEST(Config, AnUnknownSite) {
  Conf conf;
  conf.site().vhost("Cutover shopp");
  expect_refused(conf, {"Cutover shopp", "no such site", "shop", line_of(conf, "Cutover shopp")});
}

TEST(Config, TwoSitesOfOneName) {
  Conf conf;
  conf.site().site("# the second").vhost();
  expect_refused(conf, {"<CutoverSite shop> is there already", line_of(conf, "<CutoverSite shop>"),
                        "declared once"});
}

struct BadLine {
  const char* line;
  std::vector<std::string> words;
};

class BadSiteLine : public testing::TestWithParam<BadLine> {};

TEST_P(BadSiteLine, IsRefusedWithItsPlaceAndTheRemedy) {
  Conf conf;
  conf.site(GetParam().line).vhost();
  auto words = GetParam().words;
  words.push_back(line_of(conf, GetParam().line));
  expect_refused(conf, words);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadSiteLine,
    testing::Values(
        BadLine{"CutoverMaxLag 1x", {"CutoverMaxLag", "'1x'", "500ms"}},
        BadLine{"CutoverHoldTimeout -1s", {"CutoverHoldTimeout", "'-1s'"}},
        BadLine{"CutoverDrainTimeout soon", {"CutoverDrainTimeout", "'soon'"}},
        BadLine{"CutoverDrainTimeout 99999999999999999999s", {"CutoverDrainTimeout"}},
        BadLine{"CutoverHoldTimeout 61s", {"CutoverHoldTimeout", "Timeout", "60000 ms"}},
        BadLine{"CutoverHoldTimeout 2s", {"CutoverHoldTimeout", "longer than drain"}},
        BadLine{"CutoverHoldLimit many", {"CutoverHoldLimit", "'many'", "10000"}},
        BadLine{"CutoverHoldLimit 0", {"CutoverHoldLimit", "at least 1"}},
        BadLine{"CutoverNewHost ftp://10.0.0.2", {"CutoverNewHost", "http, https or balancer"}},
        BadLine{"CutoverNewHost http:///shop", {"CutoverNewHost", "names no host"}},
        BadLine{"CutoverNewHost http://u:p@h", {"CutoverNewHost", "must not contain a user"}},
        BadLine{"CutoverNewHost http://h/?a=b", {"CutoverNewHost", "no query"}},
        BadLine{"CutoverNewHost 10.0.0.2", {"CutoverNewHost", "http://10.0.0.2"}},
        BadLine{"CutoverNewHost http://h:1 retri=0", {"CutoverNewHost", "retri=0"}},
        BadLine{"CutoverNewHost http://h:1 keepalive=Maybe", {"CutoverNewHost", "eepalive"}},
        BadLine{"CutoverNewHost balancer://nobody", {"CutoverNewHost", "balancer"}},
        BadLine{"CutoverServe newer", {"CutoverServe", "old or new"}},
        BadLine{"CutoverStragglers kill", {"CutoverStragglers", "abort", "close"}},
        BadLine{"CutoverSelfCalls maybe", {"CutoverSelfCalls", "'maybe'", "auto, On", "Off"}},
        BadLine{"CutoverStragglers close soon", {"CutoverStragglers", "'soon' is no duration"}},
        BadLine{"CutoverStragglers abort 1s", {"CutoverStragglers", "abort takes no time"}},
        BadLine{"CutoverStreams events", {"CutoverStreams", "'events'", "/events, or text/event"}},
        BadLine{"CutoverStreams /", {"CutoverStreams", "the whole site"}},
        BadLine{"CutoverStreams text/", {"CutoverStreams", "neither a path nor a type"}},
        BadLine{"CutoverStreams text/*", {"CutoverStreams", "neither a path nor a type"}},
        BadLine{"CutoverStreams a/b/c", {"CutoverStreams", "neither a path nor a type"}},
        BadLine{"CutoverFence Maybe", {"CutoverFence", "On or Off"}},
        BadLine{"CutoverLocal health", {"CutoverLocal", "begins with a slash"}},
        BadLine{"CutoverLocal /", {"CutoverLocal", "the whole site"}},
        BadLine{"CutoverRemote token", {"CutoverRemote", "begins with a slash"}},
        BadLine{"CutoverRemote /", {"CutoverRemote", "the whole site"}},
        BadLine{"CutoverPreview preview", {"CutoverPreview", "shop-preview=VALUE"}},
        BadLine{"CutoverPreview =0123456789abcdef", {"CutoverPreview", "shop-preview=VALUE"}},
        BadLine{"CutoverPreview pre,view=0123456789abcdef", {"'pre,view'", "no name of a cookie"}},
        BadLine{"CutoverPreview p=0123456789abcde", {"CutoverPreview", "16 characters", "openssl"}},
        BadLine{"CutoverPreview p=aaaaaaaaaaaaaaaaaaaaaaaa", {"CutoverPreview", "6 different"}},
        BadLine{"CutoverPreview p=0123456789abcde;", {"CutoverPreview", "no cookie's value"}},
        BadLine{"CutoverLeaveBehind 'blog'@'%'", {"CutoverLeaveBehind", "without quotes"}},
        BadLine{"CutoverLeaveBehind blog.*", {"CutoverLeaveBehind", "'blog.*'", "blog"}},
        BadLine{"CutoverLeaveBehind blog@", {"CutoverLeaveBehind", "'blog@'"}},
        BadLine{"CutoverLeaveBehind blog", {"CutoverLeaveBehind", "CutoverOldDatabase"}},
        BadLine{"CutoverProbe account", {"CutoverProbe", "begins with a slash"}},
        BadLine{"CutoverProbe /a#b", {"CutoverProbe", "'/a#b'", "%41"}},
        BadLine{"CutoverProbe \"/a b\"", {"CutoverProbe", "no blank"}},
        BadLine{"CutoverProof account", {"CutoverProof", "begins with a slash"}},
        BadLine{"CutoverProofTimeout soon", {"CutoverProofTimeout", "'soon' is no duration"}},
        BadLine{"CutoverHook after-lunch /bin/true",
                {"CutoverHook", "after-lunch", "before-switch", "promote"}},
        BadLine{"CutoverHook promote /bin/true", {"CutoverHook", "this site has none"}},
        BadLine{"CutoverHookTimeout soon", {"CutoverHookTimeout", "'soon' is no duration"}},
        BadLine{"CutoverOldDatabase /etc/old.cnf", {"CutoverOldDatabase", "CutoverNewDatabase"}},
        BadLine{"CutoverMaxLagg 1s", {"CutoverMaxLagg"}},
        BadLine{"ServerName elsewhere", {"ServerName", "does not belong in <CutoverSite shop>"}}));

TEST(Config, AProofRaisesTheHoldWhereNobodyHasSaidAnother) {
  Conf enough;
  enough.site("CutoverProof /\nCutoverProof /account").vhost();
  EXPECT_EQ(enough.test().exit_code, 0) << enough.test().output;
  Conf said;
  said.site("CutoverHoldTimeout 5s\nCutoverProof /").vhost();
  expect_refused(said, {"CutoverHoldTimeout", "the proofs and their way back",
                        line_of(said, "CutoverHoldTimeout")});
}

TEST(Config, AHookInThePauseRaisesTheHoldLikewise) {
  Conf enough;
  enough.site("CutoverHook fenced /bin/true\nCutoverHook fenced /bin/false").vhost();
  EXPECT_EQ(enough.test().exit_code, 0) << enough.test().output;
  Conf said;
  said.site("CutoverHook fenced /bin/true\nCutoverHoldTimeout 8s").vhost();
  expect_refused(
      said, {"CutoverHoldTimeout", "the hooks in the pause", line_of(said, "CutoverHoldTimeout")});
}

TEST(Config, ASiteWithoutANewHost) {
  Conf conf;
  conf.add("<CutoverSite shop>\n</CutoverSite>").vhost();
  expect_refused(conf, {"CutoverNewHost", "missing", line_of(conf, "<CutoverSite")});
}

TEST(Config, StragglersWithoutAFence) {
  Conf conf;
  const std::string databases =
      "CutoverOldDatabase /etc/old.cnf\nCutoverNewDatabase /etc/new.cnf\n";
  conf.site(databases + "CutoverFence Off\nCutoverStragglers close").vhost();
  expect_refused(conf, {"CutoverStragglers", "close needs databases and CutoverFence On",
                        "would be lost", line_of(conf, "CutoverStragglers")});
}

TEST(Config, StragglersWithoutDatabases) {
  Conf conf;
  conf.site("CutoverStragglers close").vhost();
  expect_refused(conf, {"CutoverStragglers", "close needs databases", "would be lost",
                        line_of(conf, "CutoverStragglers")});
}

TEST(Config, TwoCookiesOfOnePreview) {
  Conf conf;
  conf.site("CutoverPreview a=0123456789abcdef\nCutoverPreview b=fedcba9876543210").vhost();
  expect_refused(conf, {"CutoverPreview", "there already", line_of(conf, "CutoverPreview b=")});
}

TEST(Config, ASiteWithABadName) {
  Conf conf;
  conf.site("", "../etc");
  expect_refused(conf, {"'../etc'", "letters, digits"});
}

TEST(Config, SiteDirectivesOutsideOfASite) {
  Conf conf;
  conf.vhost("CutoverMaxLag 1s");
  expect_refused(conf, {"CutoverMaxLag", "belongs inside <CutoverSite NAME>"});
}

TEST(Config, ASiteInsideAVhost) {
  Conf conf;
  conf.vhost("<CutoverSite shop>\nCutoverNewHost http://127.0.0.1:9\n</CutoverSite>");
  expect_refused(conf, {"CutoverSite", "VirtualHost"});
}

TEST(Config, HoldIsComparedWithTheVhostsOwnTimeout) {
  Conf conf;
  conf.site().vhost("Cutover shop\nTimeout 8");
  expect_refused(conf, {"CutoverHoldTimeout", "8000 ms"});
}

TEST(Config, WithoutModProxy) {
  Conf conf(std::vector<std::string>{});
  conf.site().vhost();
  expect_refused(conf, {"needs mod_proxy", "a2enmod proxy_http", "LoadModule proxy_module"});
}

TEST(Config, WithoutModProxyHttp) {
  Conf conf(std::vector<std::string>{"proxy"});
  conf.site().vhost();
  expect_refused(conf,
                 {"needs mod_proxy_http", "a2enmod proxy_http", "LoadModule proxy_http_module"});
}

TEST(Config, HttpsWithoutModSsl) {
  Conf conf;
  conf.site("CutoverNewHost https://127.0.0.1:9").vhost();
  expect_refused(conf, {"needs mod_ssl", "SSLProxyEngine"});
}

TEST(Config, HttpsWithoutSslProxyEngineIsWarnedOf) {
  Conf conf({"proxy", "proxy_http", "ssl"});
  conf.site("CutoverNewHost https://127.0.0.1:9").vhost();
  const Finished tested = conf.test();
  EXPECT_EQ(tested.exit_code, 0) << tested.output;
  EXPECT_THAT(tested.output, HasSubstr("without SSLProxyEngine On"));
  conf.vhost("Cutover shop\nSSLProxyEngine On");
  EXPECT_THAT(conf.test().output, HasSubstr("without SSLProxyEngine On in this vhost"));
  conf.add("SSLProxyEngine On");
  EXPECT_THAT(conf.test().output, Not(HasSubstr("without SSLProxyEngine On")));
}

TEST(Config, ASiteWithoutAVhostIsWarnedOf) {
  Conf conf;
  conf.site();
  const Finished tested = conf.test();
  EXPECT_EQ(tested.exit_code, 0) << tested.output;
  EXPECT_THAT(tested.output, HasSubstr("has no vhost"));
}

}  // namespace
}  // namespace cutover::test
