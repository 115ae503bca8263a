// SPDX-License-Identifier: Apache-2.0
// A machine that has run out of something: of processes, of room on the disk, of what /proc shows.
// Neither httpd nor a site ends by it, nothing is half done, and it is well once there is enough.
#include <fcntl.h>
#include <gmock/gmock.h>

#include <filesystem>

#include "mod_cutover/state/journal_file.h"
#include "mod_cutover/state/paths.h"
#include "tests/harness/ports.h"
#include "tests/harness/signals.h"
#include "tests/httpd/parent/apart.h"
#include "tests/httpd/parent/started.h"

namespace cutover::test {
namespace {

using harness::eventually;
using testing::HasSubstr;

RigOptions without_process(const std::string& flag) {
  RigOptions options;
  options.env = {{"LD_PRELOAD", harness::product("no_process.so")}, {"CUTOVER_NO_PROCESS", flag}};
  return options;
}

// Neither at once nor a second later is there one to be had.
TEST(Scarce, WithoutAProcessACoordinatorThatDiedIsStartedOnceThereIsOne) {
  const harness::TempDir dir;
  const std::string flag = dir / "flag";
  Started site(without_process(flag));
  ASSERT_TRUE(eventually([&] { return site.command("status") == 0; }));
  const pid_t before = site.rig.coordinator();
  harness::write_file(flag, "");
  ASSERT_EQ(harness::signal_to(before, SIGKILL), 0);
  EXPECT_TRUE(site.rig.old_host().logs("cannot be started: Resource temporarily unavailable"));
  site.expect_served();
  std::filesystem::remove(flag);
  EXPECT_TRUE(eventually([&] { return site.command("status") == 0; }, std::chrono::seconds(30)))
      << site.rig.old_host().error_log();
  EXPECT_TRUE(site.eventually_done("switch"));
  site.expect_served("new");
}

TEST(Scarce, WithoutAProcessTheCoordinatorThatIsThereStays) {
  const harness::TempDir dir;
  const std::string flag = dir / "flag";
  Started site(without_process(flag));
  const pid_t before = site.rig.coordinator();
  harness::write_file(flag, "");
  site.rig.old_host().graceful();
  site.expect_served();
  EXPECT_TRUE(site.rig.old_host().logs("Resource temporarily unavailable"));
  EXPECT_EQ(site.rig.coordinator(), before);
  EXPECT_TRUE(site.eventually_done("switch"));
  site.expect_served("new");
  site.rig.old_host().graceful();
  site.expect_served("new");
  std::filesystem::remove(flag);
  site.rig.old_host().graceful();
  EXPECT_TRUE(eventually([&] { return site.rig.coordinator() != before; }));
  site.expect_served("new");
  EXPECT_TRUE(site.eventually_done("rollback"));
  site.expect_served("old");
}

// A disk of its own for the state directory, and a file that takes what is left of it.
class Disk {
 public:
  explicit Disk(const std::string& at) : at_(at) {
    std::filesystem::create_directories(at);
    EXPECT_EQ(::mount("tmpfs", at.c_str(), "tmpfs", 0, "size=2m,mode=755"), 0);
  }
  void fill() const {
    const Fd file(::open(filler().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    const std::string some(512, 'x');
    while (::write(file.get(), some.data(), some.size()) > 0) {
    }
  }
  void make_room() const { std::filesystem::remove(filler()); }
  void clear() const {
    for (const auto& file : std::filesystem::directory_iterator(at_))
      std::filesystem::remove_all(file);
  }
  void take_away() const { EXPECT_EQ(::umount2(at_.c_str(), MNT_DETACH), 0); }

 private:
  std::string filler() const { return at_ + "/filler"; }
  std::string at_;
};

// The journal has had its place from the beginning: what serves is known whatever else is lost.
TEST(Scarce, OnAFullDiskTheSiteIsServedAndMovesAndIsWellOnceThereIsRoom) {
  const bool tried = apart([] {
    std::unique_ptr<Disk> disk;
    Started site({}, [&](const Rig& rig) { disk = std::make_unique<Disk>(rig.state_dir()); });
    ASSERT_TRUE(eventually([&] { return site.command("status") == 0; }));
    disk->fill();
    const harness::Finished moved = site.said("switch");
    EXPECT_EQ(moved.exit_code, 0) << moved.output;
    site.expect_served("new");
    EXPECT_TRUE(site.rig.old_host().logs("No space left on device"));
    site.rig.old_host().graceful();
    site.expect_served("new");
    site.rig.old_host().stop();
    site.rig.old_host().start();
    site.expect_served("new");
    disk->make_room();
    EXPECT_TRUE(site.eventually_done("rollback"));
    site.expect_served("old");
    EXPECT_THAT(site.said("events").output, HasSubstr("rollback"));
    site.rig.old_host().stop();
    disk->take_away();
  });
  if (!tried) GTEST_SKIP() << "no mount namespace is to be had here";
}

// The others go on with their coordinator; the new one is served as it was until it can be known.
TEST(Scarce, ASiteThatAGracefulBringsInOnAFullDiskWaitsForRoomAlone) {
  const bool tried = apart([] {
    std::unique_ptr<Disk> disk;
    Started site({}, [&](const Rig& rig) { disk = std::make_unique<Disk>(rig.state_dir()); });
    ASSERT_TRUE(eventually([&] { return site.command("status") == 0; }));
    const std::uint16_t blog = harness::free_port();
    const std::string at = "127.0.0.1:" + std::to_string(blog);
    RigOptions options;
    options.server = "<CutoverSite blog>\nCutoverNewHost http://127.0.0.1:" +
                     std::to_string(site.rig.new_port()) + "\n</CutoverSite>\nListen " + at +
                     "\n<VirtualHost " + at + ">\nCutover blog\n</VirtualHost>";
    const auto asked = [&] { return HttpClient("127.0.0.1", blog).get("/who.txt").body; };
    site.rig.reconfigure(options);
    disk->fill();
    site.rig.old_host().graceful();
    site.expect_served();
    EXPECT_EQ(asked(), "old");
    EXPECT_TRUE(site.rig.old_host().logs("blog.owners: cannot be written: No space left"));
    EXPECT_TRUE(site.eventually_done("switch")) << site.rig.old_host().error_log();
    site.expect_served("new");
    EXPECT_EQ(asked(), "old");
    disk->make_room();
    EXPECT_TRUE(
        eventually([&] { return site.command("switch", "blog") == 0; }, std::chrono::seconds(30)))
        << site.said("status", "blog").output << site.rig.old_host().error_log();
    EXPECT_EQ(asked(), "new");
    site.expect_served("new");
    site.rig.old_host().stop();
    disk->take_away();
  });
  if (!tried) GTEST_SKIP() << "no mount namespace is to be had here";
}

// Who serves cannot be known nor written down: nobody is let in before it can.
TEST(Scarce, AFirstStartOnAFullDiskSaysSoAndGoesOnByItselfOnceThereIsRoom) {
  const bool tried = apart([] {
    std::unique_ptr<Disk> disk;
    Started site({}, [&](const Rig& rig) { disk = std::make_unique<Disk>(rig.state_dir()); });
    site.rig.old_host().stop();
    disk->clear();
    disk->fill();
    site.rig.old_host().start();
    EXPECT_TRUE(site.rig.old_host().logs("cannot be written: No space left on device"));
    disk->make_room();
    EXPECT_TRUE(eventually([&] { return site.rig.ask() == "old"; }, std::chrono::seconds(20)));
    EXPECT_TRUE(site.eventually_done("switch"));
    site.expect_served("new");
    site.rig.old_host().stop();
    disk->take_away();
  });
  if (!tried) GTEST_SKIP() << "no mount namespace is to be had here";
}

TEST(Scarce, WhereProcShowsNobodyElsesProcesses) {
  const bool tried = apart([] {
    Started site({}, [](Rig&) { EXPECT_EQ(::mount("proc", "/proc", "proc", 0, "hidepid=2"), 0); });
    EXPECT_TRUE(site.eventually_done("switch"));
    site.expect_served("new");
    const pid_t before = site.rig.coordinator();
    site.rig.old_host().graceful();
    EXPECT_TRUE(eventually([&] { return site.rig.coordinator() != before; }));
    site.expect_served("new");
    EXPECT_TRUE(site.eventually_done("rollback"));
    site.expect_served("old");
  });
  if (!tried) GTEST_SKIP() << "no mount namespace is to be had here";
}

}  // namespace
}  // namespace cutover::test
