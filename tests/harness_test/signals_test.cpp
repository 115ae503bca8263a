// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/signals.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <string>

#include "tests/harness/process.h"

namespace cutover::harness {
namespace {

ProcessOptions shell_of(const std::string& words) {
  ProcessOptions options;
  options.argv = {"sh", "-c", words};
  return options;
}

TEST(Signals, GoToWhatWasStartedHereAndToWhatThatStarted) {
  Process shell(shell_of("sleep 60 & while :; do wait; sleep 1; done"));
  while (shell.descendants().empty()) usleep(1000);
  const pid_t below = shell.descendants().at(0);
  EXPECT_EQ(signal_to(below, SIGKILL), 0);
  EXPECT_EQ(signal_to(shell.pid(), SIGKILL), 0);
  EXPECT_EQ(shell.wait(std::chrono::seconds(10)), 128 + SIGKILL);
  EXPECT_TRUE(gone(shell.pid()));
  EXPECT_NE(signal_to(shell.pid(), SIGKILL), 0) << "it is no more, and nobody else is meant";
}

TEST(Signals, GoToWhatOutlivedWhoeverStartedIt) {
  Process shell(shell_of("sleep 60 & sleep 60"));
  while (shell.descendants().size() < 2) usleep(1000);
  const auto left = shell.descendants();
  shell.kill();
  for (const pid_t pid : left) EXPECT_EQ(signal_to(pid, SIGKILL), 0);
}

TEST(Signals, GoNeitherToAllNorToAGroupNorToAStranger) {
  for (const pid_t pid : {-1, 0, 1, -getpgrp(), getpid(), getppid()})
    EXPECT_THROW(signal_to(pid, 0), std::logic_error) << pid;
}

}  // namespace
}  // namespace cutover::harness
