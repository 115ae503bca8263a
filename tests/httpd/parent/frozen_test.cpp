// SPDX-License-Identifier: Apache-2.0
// A coordinator that lives and does nothing, as a whole or in one of its threads, is seen, said and
// replaced; one that waits is not taken for it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <filesystem>

#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/harness/process.h"
#include "tests/harness/signals.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using harness::eventually;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

// The parent looks each ten seconds.
constexpr seconds kSoon{30};

RigOptions with_coordinator() {
  RigOptions options;
  options.coordinator = true;
  return options;
}

harness::Finished command(const Rig& rig, const std::vector<std::string>& words) {
  std::vector<std::string> line = {harness::product("cutoverctl"), "--state-dir", rig.state_dir()};
  line.insert(line.end(), words.begin(), words.end());
  return harness::run(line);
}

bool eventually_replaced(const Rig& rig, pid_t before) {
  return eventually([&] { return rig.coordinator() != before; }, kSoon, milliseconds(100));
}

// The page is a child's: it tells even while the parent cannot act.
TEST(Frozen, ACoordinatorThatIsStoppedIsSaidAndReplaced) {
  Rig rig(with_coordinator());
  rig.old_host().expect_crashes();
  rig.start();
  ASSERT_EQ(rig.ask(), "old");
  const pid_t stopped = rig.coordinator();
  ASSERT_EQ(harness::signal_to(rig.old_host().pid(), SIGSTOP), 0);
  ASSERT_EQ(harness::signal_to(stopped, SIGSTOP), 0);
  const auto page = [&] { return rig.admin().get("/cutover/").body; };
  EXPECT_TRUE(eventually(
      [&] { return page().find("the coordinator is frozen (it has been") != std::string::npos; },
      kSoon, milliseconds(200)))
      << page();
  harness::signal_to(rig.old_host().pid(), SIGCONT);
  ASSERT_TRUE(eventually_replaced(rig, stopped)) << rig.old_host().error_log();
  EXPECT_TRUE(rig.old_host().logs("CUT0016")) << rig.old_host().error_log();
  EXPECT_TRUE(rig.old_host().logs("is frozen: it has been silent for"));
  EXPECT_TRUE(harness::gone(stopped)) << "it was reaped";
  EXPECT_EQ(rig.ask(), "old");
  EXPECT_TRUE(eventually([&] { return command(rig, {"switch"}).exit_code == 0; }));
  EXPECT_EQ(rig.ask(), "new");
  EXPECT_TRUE(eventually([&] { return page().find("is frozen") == std::string::npos; }));
}

// At a graceful its successor waits for it, and at a stop httpd.
TEST(Frozen, OneThatIsToLeaveIsEndedToo) {
  Rig rig(with_coordinator());
  rig.old_host().expect_crashes();
  rig.start();
  ASSERT_EQ(rig.ask(), "old");
  const pid_t stopped = rig.coordinator();
  ASSERT_EQ(harness::signal_to(stopped, SIGSTOP), 0);
  rig.old_host().graceful();
  EXPECT_TRUE(eventually([&] { return harness::gone(stopped); }, kSoon));
  EXPECT_TRUE(eventually([&] { return command(rig, {"switch"}).exit_code == 0; }));
  ASSERT_EQ(harness::signal_to(rig.coordinator(), SIGSTOP), 0);
  const auto asked = std::chrono::steady_clock::now();
  EXPECT_EQ(rig.old_host().stop(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, seconds(15));
}

// Stops a single thread of another process, as if it hung.
class Hanging {
 public:
  Hanging(pid_t process, const std::string& name) {
    namespace fs = std::filesystem;
    for (const auto& task : fs::directory_iterator("/proc/" + std::to_string(process) + "/task"))
      if (harness::read_file(task.path() / "comm") == name + "\n")
        thread_ = std::stoi(task.path().filename());
    if (thread_ != 0 && ::ptrace(PTRACE_SEIZE, thread_, nullptr, nullptr) == 0) {
      ::ptrace(PTRACE_INTERRUPT, thread_, nullptr, nullptr);
      ::waitpid(thread_, nullptr, __WALL);
      hangs_ = true;
    }
  }
  ~Hanging() { reaped(); }
  bool hangs() const { return hangs_; }
  // Its process is not gone before we have seen that the thread is.
  bool reaped() {
    int status = 0;
    return ::waitpid(thread_, &status, __WALL | WNOHANG) == thread_;
  }

 private:
  pid_t thread_ = 0;
  bool hangs_ = false;
};

TEST(Frozen, OneThreadThatHangsIsSeenThoughAllOthersBeat) {
  const std::uint16_t blog = harness::free_port();
  RigOptions options = with_coordinator();
  const std::string at = "127.0.0.1:" + std::to_string(blog);
  options.server =
      "<CutoverSite blog>\nCutoverNewHost http://127.0.0.1:9\n</CutoverSite>\nListen " + at +
      "\n<VirtualHost " + at + ">\nServerName blog\nCutover blog\n</VirtualHost>";
  Rig rig(options);
  rig.old_host().expect_crashes();
  rig.start();
  ASSERT_EQ(rig.ask(), "old");
  const pid_t before = rig.coordinator();
  ASSERT_TRUE(eventually([&] { return command(rig, {"status", "blog"}).exit_code == 0; }));
  Hanging blog_thread(before, "blog");
  ASSERT_TRUE(blog_thread.hangs());
  EXPECT_TRUE(eventually(
      [&] {
        return command(rig, {"status", "blog"}).output.find("has been silent") != std::string::npos;
      },
      kSoon, milliseconds(100)));
  EXPECT_THAT(command(rig, {"status", "shop"}).output, Not(HasSubstr("silent")));
  EXPECT_TRUE(eventually([&] { return blog_thread.reaped(); }, kSoon));
  EXPECT_TRUE(eventually_replaced(rig, before));
  EXPECT_TRUE(rig.old_host().logs("is frozen: the thread of site blog has been silent"));
  EXPECT_TRUE(eventually([&] { return command(rig, {"switch", "shop"}).exit_code == 0; }));
}

TEST(Frozen, ALongHookIsNoFreeze) {
  RigOptions options = with_coordinator();
  Rig rig(options);
  harness::write_file(rig.directory() + "/hook", "#!/bin/sh\nexec sleep 25\n", 0755);
  std::filesystem::permissions(rig.directory(), std::filesystem::perms(0777));
  options.site = "CutoverHook before-switch " + rig.directory() + "/hook";
  rig.reconfigure(options);
  rig.start();
  ASSERT_EQ(rig.ask(), "old");
  const pid_t before = rig.coordinator();
  EXPECT_EQ(command(rig, {"switch"}).exit_code, 0);
  EXPECT_EQ(rig.coordinator(), before);
  EXPECT_EQ(rig.ask(), "new");
  EXPECT_THAT(rig.old_host().error_log(), Not(HasSubstr("CUT0016")));
}

}  // namespace
}  // namespace cutover::test
