// SPDX-License-Identifier: Apache-2.0
// One shared memory for all generations of children; what dies gives its counts back; and no worker
// can write a decision.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <future>

#include "tests/harness/eventually.h"
#include "tests/harness/signals.h"
#include "tests/httpd/connection.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

namespace fs = std::filesystem;
using harness::eventually;
using harness::write_file;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> memory_lines(pid_t pid) {
  std::vector<std::string> lines;
  std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
  for (std::string line; std::getline(maps, line);)
    if (line.find("cutover-control") != std::string::npos) lines.push_back(line);
  return lines;
}

std::vector<std::string> descriptors(pid_t pid) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(pid) + "/fd")) {
    std::error_code gone;
    found.push_back(fs::read_symlink(entry.path(), gone).string());
  }
  return found;
}

// The children that serve requests; mod_cgid's daemon is another kind.
std::vector<pid_t> workers(const Httpd& httpd) {
  std::vector<pid_t> found;
  for (const pid_t pid : httpd.children())
    if (pid != httpd.pid() && !memory_lines(pid).empty()) found.push_back(pid);
  return found;
}

// The worker that has a request in flight, by its slot.
pid_t busy_worker(Rig& rig) {
  pid_t busy = 0;
  if (!eventually([&] { return (busy = rig.owner_of_most_work()) > 0; }))
    throw std::runtime_error("no worker is busy");
  return busy;
}

bool holds_shared_memory(pid_t pid) {
  for (const std::string& fd : descriptors(pid))
    if (fd.find("memfd:cutover-") != std::string::npos) return true;
  return false;
}

TEST(Memory, AWorkerCannotWriteADecision) {
  for (const Mpm mpm : {Mpm::kEvent, Mpm::kPrefork}) {
    RigOptions options;
    options.mpm = mpm;
    options.processes = 1;
    options.threads = 3;
    Rig rig(options);
    rig.start();
    ASSERT_EQ(rig.ask(), "old");
    const auto pids = workers(rig.old_host());
    ASSERT_FALSE(pids.empty());
    for (const pid_t pid : pids) {
      // One that was only just forked is the parent's copy until it has begun as a worker.
      eventually([pid] { return !holds_shared_memory(pid); });
      if (pid == rig.coordinator()) continue;  // it was forked, and not yet another program
      for (const std::string& line : memory_lines(pid)) EXPECT_THAT(line, HasSubstr(" r--s "));
      for (const std::string& fd : descriptors(pid)) {
        EXPECT_THAT(fd, Not(HasSubstr("cutover-control")));
        EXPECT_THAT(fd, Not(HasSubstr("cutover-counters")));
      }
    }
  }
}

TEST(Memory, TheCoordinatorInheritsTheTwoAreasAndNoSocketOfHttpd) {
  Rig rig;
  rig.start();
  const pid_t idle = rig.coordinator();
  std::vector<std::string> others;
  int areas = 0;
  for (const std::string& fd : descriptors(idle)) {
    if (fd.find("cutover-control") != std::string::npos)
      ++areas;
    else if (fd.find("cutover-counters") != std::string::npos)
      ++areas;
    else
      others.push_back(fd);
  }
  EXPECT_EQ(areas, 2);
  for (const std::string& fd : others) EXPECT_THAT(fd, Not(HasSubstr("socket:")));
}

TEST(Memory, OldAndNewChildrenFollowTheSameWord) {
  Rig rig;
  rig.start();
  const harness::TempDir marks("marks");
  harness::give_to_web_user(marks.path());
  const std::string end = marks / "end";
  auto slow = std::async(std::launch::async, [&] { return rig.ask("/cgi/slow?" + end); });
  // A graceful ends mod_cgid's daemon: the script itself must be there before.
  ASSERT_TRUE(eventually([&] { return fs::exists(end + ".begun"); }));
  ASSERT_EQ(rig.counts().in_flight, 1);
  rig.old_host().graceful();
  EXPECT_EQ(rig.counts().in_flight, 1) << "the child before still serves it";
  EXPECT_EQ(rig.ask(), "old");
  rig.serve(Side::kNew);
  EXPECT_EQ(rig.ask(), "new");
  write_file(end, "");
  EXPECT_EQ(slow.get(), "done\n");
  EXPECT_TRUE(eventually([&] { return rig.counts().in_flight == 0; }));
}

TEST(Memory, HeldRequestsOutliveAGraceful) {
  Rig rig;
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  auto held = std::async(std::launch::async, [&] { return rig.ask(); });
  ASSERT_TRUE(rig.eventually_held(1));
  rig.old_host().graceful();
  auto later = std::async(std::launch::async, [&] { return rig.ask(); });
  ASSERT_TRUE(rig.eventually_held(2));
  rig.serve(Side::kNew);
  EXPECT_EQ(held.get(), "new");
  EXPECT_EQ(later.get(), "new");
}

TEST(Memory, ARestartKeepsTheWordAndLetsNobodyHang) {
  Rig rig;
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  auto cut = std::async(std::launch::async, [&] { return rig.client().get("/who.txt").status; });
  ASSERT_TRUE(rig.eventually_held(1));
  const auto asked = std::chrono::steady_clock::now();
  rig.old_host().restart();
  EXPECT_LT(std::chrono::steady_clock::now() - asked, milliseconds(4000));
  EXPECT_NE(cut.get(), 200);
  EXPECT_TRUE(rig.eventually_held(0));
  rig.serve(Side::kNew);
  EXPECT_EQ(rig.ask(), "new");
  rig.old_host().restart();
  EXPECT_EQ(rig.ask(), "new");
  const Counts c = rig.counts();
  EXPECT_EQ(c.held, c.released + c.timed_out + c.shed_held + c.client_gone);
  EXPECT_EQ(c.served[1], 2U) << "totals go on over generations";
}

TEST(Memory, AChildThatIsKilledOrCrashesGivesItsCountsBack) {
  for (const int signal : {SIGKILL, SIGSEGV}) {
    Rig rig;
    rig.old_host().expect_crashes();
    rig.start();
    const std::string end = rig.directory() + "/end";
    auto slow = std::async(std::launch::async, [&] { return rig.ask("/cgi/slow?" + end); });
    ASSERT_TRUE(eventually([&] { return rig.counts().in_flight == 1; }));
    ASSERT_EQ(harness::signal_to(busy_worker(rig), signal), 0);
    EXPECT_TRUE(eventually([&] { return rig.counts().in_flight == 0; }, milliseconds(3000)));
    write_file(end, "");
    EXPECT_THAT(slow.get(), HasSubstr("no answer"));
    EXPECT_TRUE(eventually([&] { return rig.ask() == "old"; }));

    rig.hold(AtDeadline::kRefuse);
    Connection held(rig.port());
    held.get("/who.txt");
    ASSERT_TRUE(rig.eventually_held(1));
    ASSERT_EQ(harness::signal_to(busy_worker(rig), signal), 0);
    EXPECT_TRUE(rig.eventually_held(0));
    const Counts c = rig.counts();
    EXPECT_EQ(c.client_gone, 1U);
    EXPECT_EQ(c.held, c.released + c.timed_out + c.shed_held + c.client_gone);
  }
}

TEST(Memory, ManyGenerationsUseNoSlotUp) {
  Rig rig;
  rig.start();
  for (int i = 0; i < 6; ++i) {
    rig.old_host().graceful();
    EXPECT_EQ(rig.ask(), "old");
  }
  EXPECT_TRUE(eventually([&] { return rig.slots_in_use() <= 4; }));
}

}  // namespace
}  // namespace cutover::test
