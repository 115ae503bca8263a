// SPDX-License-Identifier: Apache-2.0
// What is wrong with a configuration is said by configtest, with file, line and what would be
// right; and an httpd that is started with it does not serve.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "mod_cutover/state/journal_file.h"
#include "mod_cutover/state/paths.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/ports.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

namespace fs = std::filesystem;
using harness::Finished;
using harness::free_port;
using harness::TempDir;
using harness::write_file;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// One httpd with the module, whose every line is the test's own.
class Conf {
 public:
  explicit Conf(const std::vector<std::string>& modules = {"proxy", "proxy_http"}) {
    conf_.workers(1, 4).load(modules).listen(free_port());
    conf_.load_file("cutover_module", harness::product("mod_cutover.so"));
    conf_.add("CutoverStateDir " + state_dir());
  }

  Conf& add(const std::string& text) {
    conf_.add(text);
    return *this;
  }
  // A good site with these lines in addition.
  Conf& site(const std::string& lines = "", const std::string& name = "shop") {
    return add("<CutoverSite " + name + ">\nCutoverNewHost http://127.0.0.1:9\n" + lines +
               "\n</CutoverSite>");
  }
  Conf& vhost(const std::string& lines = "Cutover shop") {
    conf_.vhost(free_port(), lines);
    return *this;
  }
  std::string state_dir() const { return dir_ / "state"; }
  const HttpdConf& httpd() const { return conf_; }
  Finished test() const { return Httpd(conf_).configtest(); }

 private:
  TempDir dir_;
  HttpdConf conf_;
};

void expect_refused(const Conf& conf, const std::vector<std::string>& words) {
  const Finished tested = conf.test();
  EXPECT_NE(tested.exit_code, 0) << tested.output;
  for (const std::string& word : words) EXPECT_THAT(tested.output, HasSubstr(word));
}

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
          "CutoverHoldLimit 10000\nCutoverDrainTimeout 3s\nCutoverStragglers abort\n"
          "CutoverFenceTimeout 1s\nCutoverCatchUpTimeout 3s\nCutoverFence On\n"
          "CutoverPromote On\nCutoverReverse On\nCutoverLocal /health /.well-known/\n"
          "CutoverHook before-switch /bin/true\nCutoverPageControl On")
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
        BadLine{"CutoverFence Maybe", {"CutoverFence", "On or Off"}},
        BadLine{"CutoverLocal health", {"CutoverLocal", "begins with a slash"}},
        BadLine{"CutoverLocal /", {"CutoverLocal", "the whole site"}},
        BadLine{"CutoverHook after-lunch /bin/true",
                {"CutoverHook", "after-lunch", "before-switch"}},
        BadLine{"CutoverOldDatabase /etc/old.cnf", {"CutoverOldDatabase", "CutoverNewDatabase"}},
        BadLine{"CutoverMaxLagg 1s", {"CutoverMaxLagg"}},
        BadLine{"ServerName elsewhere", {"ServerName", "does not belong in <CutoverSite shop>"}}));

TEST(Config, ASiteWithoutANewHost) {
  Conf conf;
  conf.add("<CutoverSite shop>\n</CutoverSite>").vhost();
  expect_refused(conf, {"CutoverNewHost", "missing", line_of(conf, "<CutoverSite")});
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
  expect_refused(conf, {"needs mod_proxy", "LoadModule proxy_module"});
}

TEST(Config, WithoutModProxyHttp) {
  Conf conf(std::vector<std::string>{"proxy"});
  conf.site().vhost();
  expect_refused(conf, {"needs mod_proxy_http", "LoadModule proxy_http_module"});
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
  EXPECT_THAT(conf.test().output, Not(HasSubstr("without SSLProxyEngine On")));
}

TEST(Config, ASiteWithoutAVhostIsWarnedOf) {
  Conf conf;
  conf.site();
  const Finished tested = conf.test();
  EXPECT_EQ(tested.exit_code, 0) << tested.output;
  EXPECT_THAT(tested.output, HasSubstr("has no vhost"));
}

TEST(Config, AnUnfitStateDirectory) {
  const auto refused = [](const std::string& word, auto prepare) {
    Conf conf;
    conf.site().vhost();
    prepare(conf.state_dir());
    expect_refused(conf, {"CutoverStateDir " + conf.state_dir(), word});
  };
  refused("symbolic link",
          [](const std::string& dir) { fs::create_directory_symlink("/tmp", dir); });
  refused("not a folder", [](const std::string& dir) { write_file(dir, ""); });
  refused("written by others", [](const std::string& dir) {
    fs::create_directory(dir);
    ASSERT_EQ(::chmod(dir.c_str(), 0777), 0);
  });
  if (::geteuid() == 0)
    refused("another user", [](const std::string& dir) {
      fs::create_directory(dir);
      ASSERT_EQ(::chown(dir.c_str(), 65534, 65534), 0);
    });
  Conf conf;
  conf.add("CutoverStateDir /nonexistent/state").site().vhost();
  expect_refused(conf, {"/nonexistent/state", "cannot be made"});
}

TEST(Config, ASiteInMidRunMustNotLeaveTheConfiguration) {
  Conf conf;
  fs::create_directory(conf.state_dir());
  JournalRecord record;
  record.phase = JournalPhase::kFence;
  ASSERT_TRUE(JournalFile(journal_path(conf.state_dir(), "gone")).write(record));
  conf.site().vhost();
  expect_refused(conf, {"site gone is in the middle of a run", "<CutoverSite gone> back"});
  record.phase = JournalPhase::kRest;
  ASSERT_TRUE(JournalFile(journal_path(conf.state_dir(), "gone")).write(record));
  const Finished tested = conf.test();
  EXPECT_EQ(tested.exit_code, 0) << tested.output;
}

TEST(Config, AnHttpdWithABadOneDoesNotServe) {
  Conf conf;
  conf.site("CutoverHoldTimeout 61s").vhost();
  Httpd httpd(conf.httpd());
  const Finished ended = httpd.start_expecting_failure();
  EXPECT_NE(ended.exit_code, 0);
  EXPECT_THAT(ended.output, HasSubstr("CutoverHoldTimeout"));
}

TEST(Config, ACoordinatorThatIsNotThereIsAStartUpError) {
  Conf conf;
  conf.site().vhost();
  Httpd httpd(conf.httpd(), {{"CUTOVER_CUTOVERD", "/nonexistent/cutoverd"}});
  const Finished ended = httpd.start_expecting_failure();
  EXPECT_NE(ended.exit_code, 0);
  EXPECT_THAT(ended.output, AllOf(HasSubstr("/nonexistent/cutoverd"), HasSubstr("install")));
}

TEST(Config, OptionFilesAreWarnedOfAndTheSiteServes) {
  RigOptions options;
  options.site = "CutoverOldDatabase /nonexistent/old.cnf\nCutoverNewDatabase readable.cnf";
  Rig rig(options);
  write_file(rig.old_host().directory() / "readable.cnf", "", 0644);
  rig.start();
  EXPECT_TRUE(rig.old_host().logs("CutoverOldDatabase /nonexistent/old.cnf: No such file"));
  EXPECT_TRUE(rig.old_host().logs("can be read by others; chmod 0600"));
  EXPECT_EQ(rig.ask(), "old");
}

TEST(Config, WithoutASiteNothingIsStarted) {
  Conf conf;
  Httpd httpd(conf.httpd());
  httpd.start();
  EXPECT_FALSE(fs::exists(conf.state_dir()));
  for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(httpd.pid()) + "/fd")) {
    std::error_code gone;
    EXPECT_THAT(fs::read_symlink(entry.path(), gone).string(), Not(HasSubstr("cutover-control")));
  }
}

}  // namespace
}  // namespace cutover::test
