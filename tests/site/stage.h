// SPDX-License-Identifier: Apache-2.0
// The whole product on real servers, and what tests of it do again and again: look at the site,
// hold a switch at a chosen place, edit the configuration, count what visitors met.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "mod_cutover/wire/json.h"
#include "tests/harness/eventually.h"
#include "tests/harness/process.h"
#include "tests/harness/site.h"
#include "tests/harness/visitors.h"

namespace cutover::test {

using harness::DatabaseServer;
using harness::eventually;
using harness::SiteOptions;
using harness::TcpRelay;
using harness::Vendor;
using std::chrono::milliseconds;

// A before-hook's program that a test can stop a run at: after the preflight, before the first
// request is held.
class HookProgram {
 public:
  HookProgram();
  std::string program() const { return dir_ / "hook"; }
  // A directory that httpd's User may write to.
  std::filesystem::path directory() const { return dir_.path(); }

  void arm();  // the next run waits in the hook
  bool reached() const;
  void go_on();
  void answer(int exit_code);

 private:
  harness::TempDir dir_;
};

// cutoverctl in the background.
class Command {
 public:
  Command(const harness::Site& site, const std::vector<std::string>& arguments);
  // Its exit code; -1 where it does not end.
  int wait(milliseconds limit = std::chrono::seconds(40));
  std::string output() const { return harness::read_file(dir_ / "output"); }

 private:
  harness::TempDir dir_{"command"};
  std::unique_ptr<harness::Process> process_;
};

class Stage {
 public:
  // `more` are lines inside <CutoverSite>, beside the hook.
  explicit Stage(SiteOptions options = {}, const std::string& more = "");

  harness::Site& site() { return site_; }
  HookProgram& hook() { return hook_; }
  DatabaseServer& old_database() { return site_.old_database(); }
  DatabaseServer& new_database() { return site_.new_database(); }

  // Exit code 0 is expected, and the side that it leads to, with a writable database behind it.
  void expect_switch();
  void expect_rollback();
  // A run that waits in the hook; `then` happens there.
  std::unique_ptr<Command> run_with(const std::function<void()>& then,
                                    const std::string& verb = "switch");
  // The side serves, its database is writable, the other's is not, and a request gets through.
  void expect_serves(const std::string& side);
  // A request that is in flight when this returns, and for so long in all; or its visitor's
  // connection is closed before its end.
  std::thread slow_request(milliseconds time, const std::string& answer = "slow");
  std::uint64_t held_ever() const;
  bool reaches_phase(const std::string& phase, milliseconds limit = std::chrono::seconds(10)) const;
  std::string last_reason() const;
  // Which host answers a request now; its status where that is not 200 or 303.
  std::string ask() const;

  // The line replaces every line of the site's that begins with its first word; empty takes it out.
  void configure(const std::string& directive, const std::string& line);
  pid_t coordinator() const;
  // Both option files name an account to replicate with, so that a way back can be built.
  void name_replication_accounts();

 private:
  HookProgram hook_;
  harness::Site site_;
};

// A stage and its visitors for a whole suite; at its end nothing has failed and nothing is lost.
struct Play {
  // `before`: what is done before the first visitor comes.
  explicit Play(SiteOptions options = {}, const std::string& more = "", unsigned visitors = 4,
                const std::function<void(Stage&)>& before = {});
  // Ends the visits and counts; the serving side's database has everything.
  void end();
  void reckon(const harness::Experience& seen);

  Stage stage;
  harness::Visitors visitors;
  std::uint64_t held_at_first;  // before the coordinator had decided its first word
};

SiteOptions with_relays();
std::string message(const harness::Finished& finished);

}  // namespace cutover::test
