// SPDX-License-Identifier: Apache-2.0
// Programs of CutoverHook: what they are given, and how a bad one ends.
#include "mod_cutover/cutoverd/run/hooks.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <thread>

#include "mod_cutover/state/fd.h"
#include "tests/unit/temp_folder.h"

namespace cutover {
namespace {

class Hooks : public testing::Test {
 protected:
  HookResult run(const std::string& script, int seconds = 10, mode_t mode = 0755) {
    const std::string path = folder_ / "hook";
    write_whole(path, "#!/bin/sh\n" + script);
    ::chmod(path.c_str(), mode);
    return run_program(path, {{"CUTOVER_SITE", "shop"}}, std::chrono::seconds(seconds));
  }
  TempFolder folder_;
};

TEST_F(Hooks, AProgramThatEndsWithZeroIsFineAndItsOutputIsKept) {
  const HookResult result = run("echo $CUTOVER_SITE; echo oops >&2\n");
  EXPECT_TRUE(result.ok) << result.why;
  EXPECT_EQ(result.output, "shop\noops\n");
}

TEST_F(Hooks, ItsEnvironmentIsItsOwn) {
  ::setenv("A_SECRET", "x", 1);
  EXPECT_EQ(run("env | grep -c A_SECRET\n").output, "0\n");
}

TEST_F(Hooks, AnotherExitCodeIsAFailure) {
  const HookResult result = run("exit 3\n");
  EXPECT_FALSE(result.ok);
  EXPECT_EQ(result.why, "exited with 3");
}

TEST_F(Hooks, AProgramThatIsMissingOrNotExecutableIsAFailure) {
  EXPECT_FALSE(run_program("/nonexistent", {}, std::chrono::seconds(5)).ok);
  EXPECT_FALSE(run("exit 0\n", 5, 0644).ok);
}

TEST_F(Hooks, AProgramThatHangsIsKilledWithItsChildrenAtTheLimit) {
  const auto start = std::chrono::steady_clock::now();
  const HookResult result = run("sleep 60 & sleep 60\n", 1);
  EXPECT_FALSE(result.ok);
  EXPECT_EQ(result.why, "took longer than 1 s");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST_F(Hooks, OneIsEndedWithItsChildrenWhenItsRunIsAborted) {
  write_whole(folder_ / "hook", "#!/bin/sh\nsleep 60 & sleep 60\n");
  ::chmod((folder_ / "hook").c_str(), 0755);
  int asked = 0;
  const auto start = std::chrono::steady_clock::now();
  const HookResult result =
      run_program(folder_ / "hook", {}, std::chrono::seconds(30), [&] { return ++asked == 3; });
  EXPECT_EQ(result.why, "was ended by an abort");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

// As it is with a shell that waits for a database's client.
TEST_F(Hooks, WhatItStartedDiesWithTheCoordinatorToo) {
  write_whole(folder_ / "hook",
              "#!/bin/sh\nsleep 60 &\necho $! > " + (folder_ / "pid") + "\nwait\n");
  ::chmod((folder_ / "hook").c_str(), 0755);
  const pid_t coordinator = ::fork();
  if (coordinator == 0) {
    run_program(folder_ / "hook", {}, std::chrono::seconds(60));
    ::_exit(0);
  }
  std::string pid;
  for (int i = 0; i < 2000 && pid.empty(); ++i, ::usleep(5000)) pid = read_whole(folder_ / "pid");
  ASSERT_FALSE(pid.empty());
  ::kill(coordinator, SIGKILL);
  ::waitpid(coordinator, nullptr, 0);
  const auto state = [&] {
    return read_whole("/proc/" + std::to_string(std::stoi(pid)) + "/stat");
  };
  const auto gone = [&] { return state().empty() || state().find(") Z ") != std::string::npos; };
  for (int i = 0; i < 1000 && !gone(); ++i) ::usleep(5000);
  EXPECT_TRUE(gone()) << state();
}

TEST_F(Hooks, ThoseOfAnEventRunOneAfterTheOtherUpToTheFirstThatFails) {
  SiteSettings settings;
  settings.name = "shop";
  const std::string said =
      "echo $CUTOVER_EVENT $CUTOVER_DIRECTION $CUTOVER_SIDE $CUTOVER_DATABASE ";
  for (const auto& [file, script] : {std::pair{"one", "$CUTOVER_REASON\n"},
                                     std::pair{"two", "; exit 4\n"}, std::pair{"three", "\n"}}) {
    write_whole(folder_ / file, "#!/bin/sh\n" + said + script);
    ::chmod((folder_ / file).c_str(), 0755);
    settings.hooks.push_back({"fenced", folder_ / file});
  }
  settings.hooks.push_back({"promote", "/nonexistent"});
  std::string heard;
  HookPrograms programs(settings, [&](const Hook&, const HookResult& one) { heard += one.output; });
  const Answer answer = programs.run({"fenced", Direction::kRollback, Side::kNew, Side::kNew,
                                      "why not", std::chrono::seconds(10)});
  EXPECT_EQ(answer.why, "hook fenced " + (folder_ / "two") + " exited with 4");
  EXPECT_EQ(heard, "fenced rollback new new why not\nfenced rollback new new\n");
}

TEST_F(Hooks, OnlyTheFirstFourKilobytesOfItsOutputAreKept) {
  const HookResult result = run("head -c 100000 /dev/zero | tr '\\0' x\n");
  EXPECT_TRUE(result.ok) << result.why;
  EXPECT_EQ(result.output, std::string(4096, 'x'));
}

TEST_F(Hooks, AProgramThatLeavesAnotherOneInTheBackgroundIsDoneWhenItEndsItself) {
  const auto start = std::chrono::steady_clock::now();
  const HookResult result = run("sleep 3 & echo left\n");
  EXPECT_TRUE(result.ok) << result.why;
  EXPECT_EQ(result.output, "left\n");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

TEST_F(Hooks, ItInheritsNoDescriptorEvenIfOneIsNotMarkedCloseOnExec) {
  const Fd open(::open("/dev/null", O_RDONLY));
  const Fd high(::fcntl(open.get(), F_DUPFD, 100));
  ASSERT_TRUE(high);
  EXPECT_EQ(run("ls /proc/$$/fd | grep -c 100\n").output, "0\n");
}

TEST_F(Hooks, ItDoesNotInheritThatBrokenPipesAreIgnored) {
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  EXPECT_TRUE(run("kill -PIPE $$; exit 0\n").why.starts_with("was killed by signal 13"));
  ::signal(SIGPIPE, before);
}

// contrib/hooks/hold-jobs.sh, as a crontab and the coordinator would run it.
class HoldJobs : public testing::Test {
 protected:
  HoldJobs() {
    write_whole(folder_ / "lock", "");
    std::string text = read_whole("contrib/hooks/hold-jobs.sh");
    const std::string limit = "patience=20";
    text.replace(text.find(limit), limit.size(), "patience=1");
    write_whole(folder_ / "hook", text);
    ::chmod((folder_ / "hook").c_str(), 0755);
  }
  HookResult on(const std::string& event, const std::string& side) {
    return run_program(
        folder_ / "hook",
        {{"CUTOVER_EVENT", event}, {"CUTOVER_SIDE", side}, {"HOLD_JOBS_FOLDER", folder_ / ""}},
        std::chrono::seconds(10));
  }
  bool a_job_runs() {
    std::filesystem::remove(folder_ / "ran");
    EXPECT_EQ(std::system(job("touch " + (folder_ / "ran")).c_str()), 0);
    return std::filesystem::exists(folder_ / "ran");
  }
  std::string job(const std::string& command) {
    return "HOLD_JOBS_FOLDER=" + (folder_ / "") + " " + (folder_ / "hook") + " run sh -c '" +
           command + "'";
  }
  TempFolder folder_;
};

TEST_F(HoldJobs, NoneStartsFromBeforeASwitchUntilItIsRolledBack) {
  EXPECT_TRUE(a_job_runs());
  EXPECT_TRUE(on("before-switch", "old").ok);
  EXPECT_FALSE(a_job_runs());
  EXPECT_TRUE(on("aborted", "new").ok) << "a rollback was turned back";
  EXPECT_FALSE(a_job_runs());
  EXPECT_TRUE(on("after-rollback", "old").ok);
  EXPECT_TRUE(a_job_runs());
}

TEST_F(HoldJobs, OneThatRunsIsWaitedForAndRefusesInTheEnd) {
  const std::string long_one = job("touch " + (folder_ / "began") + "; sleep 3");
  ASSERT_EQ(std::system((long_one + " &").c_str()), 0);
  while (!std::filesystem::exists(folder_ / "began")) std::this_thread::yield();
  const HookResult refused = on("before-switch", "old");
  EXPECT_EQ(refused.why, "exited with 1");
  EXPECT_NE(refused.output.find("a job is still running"), std::string::npos) << refused.output;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "held")) << "jobs go on";
}

}  // namespace
}  // namespace cutover
