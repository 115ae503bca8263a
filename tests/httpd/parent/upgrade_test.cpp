// SPDX-License-Identifier: Apache-2.0
// An upgrade by graceful to a version with another layout of shared memory: who serves is what was
// decided, and no run begins beside those whom it would not hold.
#include <gmock/gmock.h>

#include <future>

#include "tests/harness/signals.h"
#include "tests/harness/temp_dir.h"
#include "tests/httpd/parent/started.h"

namespace cutover::test {
namespace {

namespace fs = std::filesystem;
using harness::eventually;
using std::chrono::milliseconds;
using testing::HasSubstr;

// Like a package: the files are replaced, then `apachectl graceful`.
class Upgraded : public testing::Test {
 protected:
  void begin(const std::string& lines = "") {
    RigOptions options;
    options.site = lines;
    site_ = std::make_unique<Started>(options, [this](Rig& rig) {
      put(harness::product("mod_cutover.so"));
      std::string text = rig.old_host().conf_text();
      const std::string built = harness::product("mod_cutover.so");
      text.replace(text.find(built), built.size(), module());
      rig.old_host().write_conf(text);
    });
  }
  void upgrade(const std::string& folder = "other_layout/") {
    put(harness::product((folder + "mod_cutover.so").c_str()));
    site_->install(harness::product((folder + "cutoverd").c_str()));
    rig().old_host().graceful();
  }
  Rig& rig() { return site_->rig; }
  std::string module() const { return dir_ / "module.so"; }
  std::string end() const { return dir_ / "end"; }
  void put(const std::string& file) const {
    fs::copy_file(file, module() + ".new", fs::copy_options::overwrite_existing);
    fs::rename(module() + ".new", module());
  }

  harness::TempDir dir_{"upgrade"};
  std::unique_ptr<Started> site_;
};

TEST_F(Upgraded, ServesWhatWasDecidedAndMovesOnceTheChildrenFromBeforeHaveEnded) {
  begin();
  ASSERT_TRUE(site_->eventually_done("switch"));
  harness::give_to_web_user(dir_.path());
  auto slow = std::async(std::launch::async, [&] { return rig().ask("/cgi/slow?" + end()); });
  ASSERT_TRUE(eventually([&] { return fs::exists(end() + ".begun"); }));
  const pid_t before = rig().coordinator();
  upgrade();
  site_->expect_served("new", 20);
  EXPECT_TRUE(rig().old_host().logs("CUT0017"));
  EXPECT_TRUE(eventually([&] { return harness::gone(before); }));
  EXPECT_TRUE(eventually([&] { return site_->command("status") == 0; }));
  const harness::Finished looked = site_->said("preflight");
  EXPECT_NE(looked.exit_code, 0);
  EXPECT_THAT(looked.output, HasSubstr("other-version"));
  EXPECT_THAT(site_->said("rollback").output, HasSubstr("from before the module's upgrade"));
  EXPECT_NE(site_->command("rehearse"), 0);
  site_->expect_served("new");
  harness::write_file(end(), "");
  EXPECT_EQ(slow.get(), "done\n");
  EXPECT_TRUE(site_->eventually_done("rollback")) << site_->said("preflight").output;
  site_->expect_served("old");
  rig().old_host().graceful();
  site_->expect_served("old");
  EXPECT_TRUE(site_->eventually_done("switch"));
  site_->expect_served("new");
}

// The run was asked for before the upgrade, and would hold the old children's requests alone.
TEST_F(Upgraded, ARunThatHasNotBegunDoesNotBegin) {
  harness::write_file(
      dir_ / "hook",
      "#!/bin/sh\ntouch " + end() + ".begun\nwhile ! test -e " + end() + "; do sleep 0.05; done\n",
      0755);
  fs::permissions(dir_.path(), fs::perms(0777));
  begin("CutoverHook before-switch " + (dir_ / "hook").string());
  ASSERT_TRUE(eventually([&] { return site_->command("status") == 0; }));
  auto asked = std::async(std::launch::async, [&] { return site_->said("switch"); });
  ASSERT_TRUE(eventually([&] { return fs::exists(end() + ".begun"); }));
  upgrade();
  site_->expect_served("old");
  harness::write_file(end(), "");
  EXPECT_NE(asked.get().exit_code, 0);
  site_->expect_served("old", 20);
  EXPECT_TRUE(site_->eventually_done("switch"));
  site_->expect_served("new");
}

// There and back again, while children of the first version still live.
TEST_F(Upgraded, TwiceInARow) {
  begin();
  ASSERT_TRUE(site_->eventually_done("switch"));
  harness::give_to_web_user(dir_.path());
  auto slow = std::async(std::launch::async, [&] { return rig().ask("/cgi/slow?" + end()); });
  ASSERT_TRUE(eventually([&] { return fs::exists(end() + ".begun"); }));
  for (const char* folder : {"other_layout/", "", "other_layout/"}) {
    upgrade(folder);
    site_->expect_served("new", 20);
  }
  EXPECT_THAT(site_->said("rollback").output, HasSubstr("from before the module's upgrade"));
  site_->expect_served("new");
  harness::write_file(end(), "");
  EXPECT_EQ(slow.get(), "done\n");
  EXPECT_TRUE(site_->eventually_done("rollback")) << site_->said("preflight").output;
  site_->expect_served("old");
}

// The run drains the old children; the new ones hold whoever comes until it has ended.
TEST_F(Upgraded, InTheMiddleOfARun) {
  begin("CutoverDrainTimeout 6s\nCutoverHoldTimeout 20s");
  ASSERT_TRUE(eventually([&] { return site_->command("status") == 0; }));
  harness::give_to_web_user(dir_.path());
  auto slow = std::async(std::launch::async, [&] { return rig().ask("/cgi/slow?" + end()); });
  ASSERT_TRUE(eventually([&] { return fs::exists(end() + ".begun"); }));
  auto asked = std::async(std::launch::async, [&] { return site_->said("switch"); });
  ASSERT_TRUE(eventually(
      [&] { return site_->said("status").output.find("draining") != std::string::npos; }));
  auto held = std::async(std::launch::async, [&] { return rig().ask(); });
  upgrade();
  std::vector<std::future<std::string>> fresh;
  for (int i = 0; i < 5; ++i)
    fresh.push_back(std::async(std::launch::async, [&] { return rig().ask(); }));
  harness::write_file(end(), "");
  EXPECT_EQ(slow.get(), "done\n");
  const harness::Finished run = asked.get();
  const std::string by = run.exit_code == 0 ? "new" : "old";
  EXPECT_EQ(held.get(), by) << run.output;
  for (auto& answer : fresh) EXPECT_EQ(answer.get(), by) << run.output;
  site_->expect_served(by, 20);
  EXPECT_TRUE(site_->eventually_done(by == "new" ? "rollback" : "switch"));
  site_->expect_served(by == "new" ? "old" : "new");
}

}  // namespace
}  // namespace cutover::test
