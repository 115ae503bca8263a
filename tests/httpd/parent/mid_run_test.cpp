// SPDX-License-Identifier: Apache-2.0
// Gracefuls in the middle of a real run: its gate stays whatever the new configuration says, the
// run comes to its end, and nobody is answered by the wrong host.
#include <gmock/gmock.h>

#include <future>

#include "tests/httpd/parent/started.h"

namespace cutover::test {
namespace {

namespace fs = std::filesystem;
using harness::eventually;
using testing::HasSubstr;

// A switch whose drain waits for one request.
class MidRun : public testing::Test {
 protected:
  void SetUp() override {
    RigOptions options;
    options.site = "CutoverDrainTimeout 8s\nCutoverHoldTimeout 20s";
    site_ = std::make_unique<Started>(options);
    harness::give_to_web_user(dir_.path());
    ASSERT_TRUE(eventually([&] { return site_->command("status") == 0; }));
    slow_ = std::async(std::launch::async, [&] { return rig().ask("/cgi/slow?" + end()); });
    ASSERT_TRUE(eventually([&] { return fs::exists(end() + ".begun"); }));
    run_ = std::async(std::launch::async, [&] { return site_->said("switch"); });
    ASSERT_TRUE(eventually(
        [&] { return site_->said("status").output.find("draining") != std::string::npos; }));
    visitor();
  }
  void visitor() {
    visitors_.push_back(std::async(std::launch::async, [&] { return rig().ask(); }));
  }
  void expect_done() {
    visitor();
    harness::write_file(end(), "");
    EXPECT_EQ(slow_.get(), "done\n");
    const harness::Finished run = run_.get();
    EXPECT_EQ(run.exit_code, 0) << run.output << rig().old_host().error_log();
    for (auto& visitor : visitors_) EXPECT_EQ(visitor.get(), "new") << rig().old_host().error_log();
    site_->expect_served("new");
  }
  Rig& rig() { return site_->rig; }
  std::string end() const { return dir_ / "end"; }

  harness::TempDir dir_{"mid-run"};
  std::unique_ptr<Started> site_;
  std::future<std::string> slow_;
  std::future<harness::Finished> run_;
  std::vector<std::future<std::string>> visitors_;
};

TEST_F(MidRun, TheSiteIsTakenOutOfTheConfigurationAndPutBack) {
  const std::string whole = rig().old_host().conf_text();
  std::string without = whole;
  for (const auto& [from, to] :
       {std::pair<std::string, std::string>{"<CutoverSite shop>", "<CutoverSite other>"},
        {"Cutover shop\n", ""}})
    without.replace(without.find(from), from.size(), to);
  rig().old_host().write_conf(without);
  rig().old_host().graceful();
  EXPECT_TRUE(rig().old_host().logs("site shop is not at rest"));
  expect_done();
  EXPECT_THAT(rig().old_host().configtest().output, HasSubstr("new host serves site shop"));
  rig().old_host().write_conf(whole);
  rig().old_host().graceful();
  site_->expect_served("new");
  EXPECT_TRUE(site_->eventually_done("rollback"));
  site_->expect_served("old");
}

// Some of the visitors are accepted by a child just before it stops to: they are held as any.
TEST_F(MidRun, SeveralInARow) {
  for (int i = 0; i < 8; ++i) {
    for (int j = 0; j < 3; ++j) visitor();
    rig().old_host().graceful();
  }
  expect_done();
  EXPECT_TRUE(site_->eventually_done("rollback"));
  site_->expect_served("old");
}

}  // namespace
}  // namespace cutover::test
