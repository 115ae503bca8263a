// SPDX-License-Identifier: Apache-2.0
// A graceful under which something of ours cannot be had ends neither httpd nor a site: what was
// served is served on, the log says what is lacking, and `httpd -t` says it beforehand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>

#include <filesystem>
#include <thread>

#include "mod_cutover/state/journal_file.h"
#include "mod_cutover/state/paths.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/httpd/parent/started.h"

namespace cutover::test {
namespace {

namespace fs = std::filesystem;
using harness::eventually;
using std::chrono::milliseconds;
using testing::HasSubstr;

TEST(Graceful, WithoutTheCoordinatorsProgramTheOneThatIsThereStays) {
  Started site;
  for (const bool missing : {true, false}) {
    const pid_t before = site.rig.coordinator();
    missing ? (void)fs::remove(site.program()) : fs::permissions(site.program(), fs::perms(0644));
    const harness::Finished tested = site.rig.old_host().configtest();
    EXPECT_NE(tested.exit_code, 0);
    EXPECT_THAT(tested.output, HasSubstr(site.program() + " cannot be run"));
    site.rig.old_host().graceful();
    site.expect_served();
    EXPECT_TRUE(site.rig.old_host().logs("the present one stays"));
    EXPECT_EQ(site.rig.coordinator(), before);
    EXPECT_EQ(site.command("status"), 0);
    site.install();
    site.rig.old_host().graceful();
    EXPECT_TRUE(eventually([&] { return site.rig.coordinator() != before; }));
    site.expect_served();
  }
  EXPECT_TRUE(site.eventually_done("switch"));
  site.expect_served("new");
}

std::string without_site(std::string text) {
  const std::size_t begin = text.find("<CutoverSite shop>");
  const std::string end = "</CutoverSite>";
  text.erase(begin, text.find(end) + end.size() - begin);
  text.erase(text.find("Cutover shop\n"), 13);
  return text;
}

TEST(Graceful, TheFirstSiteOfALiveHttpdIsServedWithoutACoordinatorToo) {
  Rig rig;
  fs::remove(rig.directory() + "/idle");
  const std::string text = rig.old_host().conf_text();
  rig.old_host().write_conf(without_site(text));
  rig.new_host().start();
  rig.old_host().start();
  EXPECT_EQ(rig.ask(), "old");
  rig.old_host().write_conf(text);
  rig.old_host().graceful();
  for (int i = 0; i < 20; ++i) ASSERT_EQ(rig.ask(), "old") << rig.old_host().error_log();
  EXPECT_TRUE(rig.old_host().logs("cannot be run"));
  rig.old_host().graceful();
  EXPECT_EQ(rig.ask(), "old");
}

std::string more_sites(const std::string& prefix, int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += "<CutoverSite " + prefix + std::to_string(i) +
            ">\nCutoverNewHost http://127.0.0.1:9\n</CutoverSite>\n";
  return text;
}

std::string vhost(std::uint16_t port, const std::string& site) {
  const std::string at = "127.0.0.1:" + std::to_string(port);
  return "Listen " + at + "\n<VirtualHost " + at + ">\nServerName v" + std::to_string(port) +
         "\nCutover " + site + "\n</VirtualHost>\n";
}

std::string ask(std::uint16_t port) {
  const HttpResponse response = HttpClient("127.0.0.1", port).get("/who.txt");
  return response.status == 200 ? response.body : std::to_string(response.status);
}

// All places are taken, by sites that old children may still use.
TEST(Graceful, ASiteThatFindsNoPlaceIsRefusedAloneAndPlacesAreGivenBack) {
  const std::uint16_t plain = harness::free_port();
  const std::uint16_t moved = harness::free_port();
  RigOptions options;
  options.server = more_sites("first", 31);
  Started site(options);
  Rig& rig = site.rig;
  JournalRecord record;
  record.side = Side::kNew;
  ASSERT_TRUE(JournalFile(journal_path(rig.state_dir(), "second1")).write(record));
  options.server = more_sites("second", 31) + vhost(plain, "second0") + vhost(moved, "second1");
  rig.reconfigure(options);
  rig.old_host().graceful();
  site.expect_served();
  EXPECT_EQ(ask(plain), "old");
  EXPECT_EQ(ask(moved), "503") << "it was last served by new, and old must not take it over";
  EXPECT_TRUE(rig.old_host().logs("site second0 finds no place"));
  EXPECT_TRUE(site.eventually_done("status"));
  EXPECT_TRUE(eventually(
      [&] {
        rig.old_host().graceful();
        return eventually([&] { return site.command("status", "second30") == 0; },
                          milliseconds(1000));
      },
      std::chrono::seconds(30)))
      << rig.old_host().error_log();
  EXPECT_EQ(ask(plain), "old");
  site.expect_served();
}

TEST(Graceful, WhoHasTheLockIsSaid) {
  Started site;
  site.rig.old_host().stop();
  const Fd lock(::open((site.rig.state_dir() + "/cutoverd.lock").c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_EQ(::flock(lock.get(), LOCK_EX), 0);
  EXPECT_GT(std::stoi(harness::read_file(site.rig.state_dir() + "/cutoverd.lock")), 1)
      << "whoever had it last";
  const std::string me = std::to_string(::getpid());
  ASSERT_EQ(::pwrite(lock.get(), (me + "\n").c_str(), me.size() + 1, 0), me.size() + 1);
  site.rig.old_host().start();
  EXPECT_TRUE(site.rig.old_host().logs("waiting for pid " + me + ", which has the lock",
                                       std::chrono::seconds(2)));
  ::flock(lock.get(), LOCK_UN);
  EXPECT_TRUE(eventually([&] { return site.rig.ask() == "old"; }));
}

// In a namespace of its own, so that nobody else misses it.
TEST(Graceful, WithoutProcTheSitesAreServedOn) {
  bool tried = false;
  std::thread apart([&] {
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
      return;
    const std::uint16_t blog = harness::free_port();
    RigOptions options;
    Started site(options);
    Rig& rig = site.rig;
    EXPECT_TRUE(site.eventually_done("switch"));
    options.server = "<CutoverSite blog>\nCutoverNewHost http://127.0.0.1:9\n</CutoverSite>\n" +
                     vhost(blog, "blog");
    rig.reconfigure(options);
    tried = ::umount2("/proc", MNT_DETACH) == 0;
    if (!tried) return;
    rig.old_host().graceful();
    site.expect_served("new");
    EXPECT_EQ(ask(blog), "old") << "it finds no place, and is served as it was";
    EXPECT_TRUE(rig.old_host().logs("site blog finds no place"));
    EXPECT_TRUE(rig.old_host().logs("the present one stays"));
    EXPECT_EQ(site.command("status"), 0);
    EXPECT_EQ(::mount("proc", "/proc", "proc", 0, nullptr), 0);
    rig.old_host().graceful();
    site.expect_served("new");
    EXPECT_EQ(ask(blog), "old");
    EXPECT_TRUE(site.eventually_done("rollback"));
  });
  apart.join();
  if (!tried) GTEST_SKIP() << "no mount namespace is to be had here";
}

}  // namespace
}  // namespace cutover::test
