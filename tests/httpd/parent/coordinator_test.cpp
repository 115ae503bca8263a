// SPDX-License-Identifier: Apache-2.0
// The parent keeps one coordinator alive, hands over at each graceful, and takes it along when it
// stops; and a site in mid-run keeps its gate whatever the new configuration says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>

#include "mod_cutover/state/journal_file.h"
#include "mod_cutover/state/paths.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/process.h"
#include "tests/harness/signals.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using harness::eventually;
using harness::read_file;
using harness::write_file;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::Not;

// A process that has ended but was not waited for has no command line any more.
bool alive(pid_t pid) { return !harness::command_line(pid).empty(); }

bool eventually_gone(pid_t pid, milliseconds limit = milliseconds(5000)) {
  return eventually([&] { return !alive(pid); }, limit);
}

RigOptions with_coordinator() {
  RigOptions options;
  options.coordinator = true;
  return options;
}

TEST(Coordinator, IsStartedAndDecidesTheFirstWord) {
  Rig rig(with_coordinator());
  rig.start();
  EXPECT_EQ(rig.ask(), "old") << "held until the coordinator has looked, then served";
  EXPECT_TRUE(alive(rig.coordinator()));
  EXPECT_TRUE(rig.old_host().logs("site shop: "));
}

TEST(Coordinator, IsStartedAgainWhenItDies) {
  Rig rig(with_coordinator());
  rig.start();
  pid_t before = rig.coordinator();
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(harness::signal_to(before, SIGKILL), 0);
    ASSERT_TRUE(eventually([&] { return rig.coordinator() != before; }));
    before = rig.coordinator();
    EXPECT_EQ(rig.ask(), "old");
  }
  EXPECT_TRUE(rig.old_host().logs("with status 9"));
}

TEST(Coordinator, ThatNeverRunsIsTriedOnceASecond) {
  RigOptions options;
  Rig rig(options);
  write_file(rig.directory() + "/idle",
             "#!/bin/sh\necho started >> " + rig.directory() + "/starts\nexit 3\n", 0755);
  rig.start();
  std::this_thread::sleep_for(milliseconds(3500));
  const std::string starts = read_file(rig.directory() + "/starts");
  const auto times = std::count(starts.begin(), starts.end(), '\n');
  EXPECT_GE(times, 2);
  EXPECT_LE(times, 5);
  EXPECT_TRUE(rig.old_host().logs("with status 3"));
  EXPECT_EQ(rig.ask(), "old") << "the site is served by the word that stands";
}

TEST(Coordinator, HandsOverAtAGracefulAndAtARestart) {
  Rig rig(with_coordinator());
  rig.start();
  for (const bool graceful : {true, false, true}) {
    const pid_t before = rig.coordinator();
    graceful ? rig.old_host().graceful() : rig.old_host().restart();
    EXPECT_TRUE(eventually_gone(before));
    EXPECT_TRUE(eventually([&] { return rig.coordinator() != before; }));
    EXPECT_EQ(rig.ask(), "old");
  }
  EXPECT_THAT(rig.old_host().error_log(), Not(HasSubstr("ended with")));
}

TEST(Coordinator, LeavesWithHttpd) {
  Rig rig(with_coordinator());
  rig.start();
  const pid_t coordinator = rig.coordinator();
  EXPECT_EQ(rig.old_host().stop(), 0);
  EXPECT_FALSE(alive(coordinator)) << "httpd waits for it";
}

TEST(Coordinator, LeavesWhenHttpdIsKilledAndTheNextOneGoesOn) {
  Rig rig(with_coordinator());
  rig.start();
  const pid_t coordinator = rig.coordinator();
  const auto children = rig.old_host().children();
  rig.old_host().kill_parent();
  EXPECT_TRUE(eventually_gone(coordinator));
  for (const pid_t pid : children)
    if (alive(pid)) harness::signal_to(pid, SIGKILL);
}

TEST(Coordinator, FollowsCutoverServeAtAGraceful) {
  RigOptions options = with_coordinator();
  options.site = "CutoverServe old";
  Rig rig(options);
  rig.start();
  EXPECT_EQ(rig.ask(), "old");
  options.site = "CutoverServe new";
  rig.reconfigure(options);
  rig.old_host().graceful();
  EXPECT_TRUE(eventually([&] { return rig.ask() == "new"; }));
}

TEST(KeptGate, ASiteInMidRunStaysBehindItsGateInALiveGraceful) {
  Rig rig;
  rig.start();
  rig.hold(AtDeadline::kRefuse, -1);
  EXPECT_EQ(rig.ask(), "503");
  std::string text = rig.old_host().conf_text();
  for (const auto& [from, to] :
       {std::pair<std::string, std::string>{"<CutoverSite shop>", "<CutoverSite other>"},
        {"Cutover shop\n", ""}})
    text.replace(text.find(from), from.size(), to);
  rig.old_host().write_conf(text);
  rig.old_host().graceful();
  EXPECT_TRUE(rig.old_host().logs("site shop is not at rest"));
  EXPECT_EQ(rig.ask(), "503") << "the gate must not have vanished";
  rig.serve(Side::kNew);
  EXPECT_EQ(rig.ask(), "new") << "and it still knows the new host";
  rig.serve(Side::kOld);
  JournalRecord rest;
  ASSERT_TRUE(JournalFile(journal_path(rig.state_dir(), "shop")).write(rest));
  rig.old_host().graceful();
  rig.serve(Side::kNew);
  EXPECT_EQ(rig.ask(), "old") << "at rest it may go: the vhost is a plain one now";
}

// The run has been asked for and is still in its before-hook, with nothing recorded: the site may
// go, and the run must not begin behind a gate that is not there any more.
TEST(KeptGate, ARunThatHasNotBegunWhenItsSiteGoesDoesNotBegin) {
  RigOptions options = with_coordinator();
  Rig rig(options);
  const std::string flag = rig.directory() + "/flag";
  write_file(
      rig.directory() + "/hook",
      "#!/bin/sh\ntouch " + flag + ".begun\nwhile ! test -e " + flag + "; do sleep 0.05; done\n",
      0755);
  std::filesystem::permissions(rig.directory(), std::filesystem::perms(0777));
  options.site = "CutoverHook before-switch " + rig.directory() + "/hook";
  rig.reconfigure(options);
  rig.start();
  ASSERT_EQ(rig.ask(), "old");
  harness::ProcessOptions ask;
  ask.argv = {harness::product("cutoverctl"), "--state-dir", rig.state_dir(), "switch", "shop"};
  ask.output = rig.directory() + "/asked";
  harness::Process asked(ask);
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(flag + ".begun"); }));
  std::string text = rig.old_host().conf_text();
  for (const auto& [from, to] :
       {std::pair<std::string, std::string>{"<CutoverSite shop>", "<CutoverSite other>"},
        {"Cutover shop\n", ""}})
    text.replace(text.find(from), from.size(), to);
  rig.old_host().write_conf(text);
  rig.old_host().graceful();
  // httpd serves by the new configuration already: what its parent had to say it has said.
  EXPECT_THAT(rig.old_host().error_log(), Not(HasSubstr("site shop is not at rest")));
  write_file(flag, "");
  EXPECT_EQ(asked.wait(milliseconds(10000)), 1) << read_file(ask.output);
  EXPECT_TRUE(rig.old_host().logs("the new configuration of httpd takes the site away"));
  EXPECT_EQ(rig.ask(), "old") << "a plain vhost by now";
  const JournalReading journal = read_journal(journal_path(rig.state_dir(), "shop"));
  EXPECT_EQ(journal.record.phase, JournalPhase::kRest);
  EXPECT_EQ(journal.record.side, Side::kOld);
}

TEST(KeptGate, AnotherStateDirectoryWaitsForAFullStop) {
  Rig rig;
  rig.start();
  std::string text = rig.old_host().conf_text();
  text.replace(text.find(rig.state_dir()), rig.state_dir().size(), rig.state_dir() + "2");
  rig.old_host().write_conf(text);
  rig.old_host().graceful();
  EXPECT_TRUE(rig.old_host().logs("CutoverStateDir stays " + rig.state_dir()));
  EXPECT_EQ(rig.ask(), "old");
}

TEST(Boot, TheFirstWordIsTheJournals) {
  Rig rig;
  std::filesystem::create_directory(rig.state_dir());
  JournalRecord record;
  record.side = Side::kNew;
  ASSERT_TRUE(JournalFile(journal_path(rig.state_dir(), "shop")).write(record));
  rig.new_host().start();
  rig.old_host().start();
  EXPECT_EQ(rig.ask(), "new") << "no coordinator has said anything yet";
}

TEST(Boot, AJournalInMidRunHoldsAndThenRefuses) {
  RigOptions options;
  options.site = "CutoverHoldTimeout 1s\nCutoverDrainTimeout 500ms";
  Rig rig(options);
  std::filesystem::create_directory(rig.state_dir());
  JournalRecord record;
  record.phase = JournalPhase::kPromote;
  ASSERT_TRUE(JournalFile(journal_path(rig.state_dir(), "shop")).write(record));
  rig.new_host().start();
  rig.old_host().start();
  const auto asked = steady_clock::now();
  EXPECT_EQ(rig.ask(), "503");
  EXPECT_GE(steady_clock::now() - asked, milliseconds(900));
}

}  // namespace
}  // namespace cutover::test
