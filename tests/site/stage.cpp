// SPDX-License-Identifier: Apache-2.0
// Looking at the site the way its operator and its visitors do.
#include "tests/site/stage.h"

#include <sstream>

#include "tests/harness/gtest_problems.h"
#include "tests/harness/http_client.h"
#include "tests/harness/ledger.h"

namespace cutover::test {
namespace {

using harness::read_file;
using harness::write_file;
using nlohmann::json;

constexpr std::uint64_t kEnoughRequests = 300;  // a fifth of them write

SiteOptions hooked(SiteOptions options, const HookProgram& hook, const std::string& more) {
  options.site_settings += "CutoverHook before-switch " + hook.program() +
                           "\nCutoverHook before-rollback " + hook.program() + "\n" + more;
  return options;
}

harness::VisitorsOptions visitors_of(harness::Site& site, unsigned count) {
  harness::VisitorsOptions options;
  options.count = count;
  options.port = site.port();
  return options;
}

}  // namespace

HookProgram::HookProgram() : dir_("hook") {
  harness::give_to_web_user(dir_.path());
  const std::string at = dir_.path();
  write_file(dir_ / "hook",
             "#!/bin/sh\ncd " + at +
                 " || exit 9\nif [ -e armed ]; then\n  touch reached\n"
                 "  while [ -e armed ]; do sleep 0.01; done\nfi\n"
                 "if [ -e exit ]; then exit \"$(cat exit)\"; fi\nexit 0\n",
             0755);
}

void HookProgram::arm() {
  std::filesystem::remove(dir_ / "reached");
  write_file(dir_ / "armed", "");
}

bool HookProgram::reached() const {
  return eventually([this] { return std::filesystem::exists(dir_ / "reached"); });
}

void HookProgram::go_on() { std::filesystem::remove(dir_ / "armed"); }

void HookProgram::answer(int exit_code) { write_file(dir_ / "exit", std::to_string(exit_code)); }

Command::Command(const harness::Site& site, const std::vector<std::string>& arguments) {
  harness::ProcessOptions options;
  options.argv = site.cutoverctl_command(arguments);
  options.output = dir_ / "output";
  process_ = std::make_unique<harness::Process>(options);
}

int Command::wait(milliseconds limit) { return process_->wait(limit).value_or(-1); }

Stage::Stage(SiteOptions options, const std::string& more)
    : site_(hooked(std::move(options), hook_, more)) {}

void Stage::expect_switch() {
  EXPECT_EQ(site_.await_gate(), "");
  const auto done = site_.cutoverctl({"switch"});
  EXPECT_EQ(done.exit_code, 0) << done.output << site_.old_httpd().error_log();
  expect_serves("new");
}

void Stage::expect_rollback() {
  EXPECT_EQ(site_.await_gate(), "");
  const auto done = site_.cutoverctl({"rollback"});
  EXPECT_EQ(done.exit_code, 0) << done.output << site_.old_httpd().error_log();
  expect_serves("old");
}

std::unique_ptr<Command> Stage::run_with(const std::function<void()>& then,
                                         const std::string& verb) {
  EXPECT_EQ(site_.await_gate(), "");
  hook_.arm();
  auto command = std::make_unique<Command>(site_, std::vector<std::string>{verb});
  EXPECT_TRUE(hook_.reached()) << command->output();
  then();
  hook_.go_on();
  return command;
}

void Stage::expect_serves(const std::string& side) {
  EXPECT_TRUE(eventually([&] { return site_.side() == side; })) << site_.status().dump(2);
  EXPECT_EQ(site_.old_database().read_only(), side == "new");
  EXPECT_EQ(site_.new_database().read_only(), side == "old");
  EXPECT_EQ(ask(), side);
}

std::thread Stage::slow_request(milliseconds time, const std::string& expected) {
  const auto begun = hook_.directory() / "begun";
  std::filesystem::remove(begun);
  for (const auto* host : {&site_.old_httpd(), &site_.new_httpd()})
    write_file(
        host->htdocs() / "public/slow.php",
        "<?php touch('" + begun.string() + "'); usleep(1000 * (int) $_GET['ms']); echo 'slow';");
  std::thread request([time, expected, port = site_.port()] {
    const auto answer =
        harness::HttpClient("127.0.0.1", port).get("/slow.php?ms=" + std::to_string(time.count()));
    EXPECT_EQ(answer.body, expected) << answer.status << " " << answer.error;
  });
  EXPECT_TRUE(eventually([&] { return std::filesystem::exists(begun); }));
  return request;
}

std::uint64_t Stage::held_ever() const {
  return site_.status().at("requests").at("held").get<std::uint64_t>();
}

bool Stage::reaches_phase(const std::string& phase, milliseconds limit) const {
  return eventually([&] { return site_.status().value("phase", "") == phase; }, limit,
                    milliseconds(2));
}

std::string Stage::last_reason() const {
  const json last = site_.status().at("last");
  return last.is_null() ? "" : last.value("reason", "");
}

std::string Stage::ask() const {
  const auto answer = harness::HttpClient("127.0.0.1", site_.port()).get("/login");
  if (answer.status != 200) return std::to_string(answer.status) + " " + answer.error;
  return answer.header("x-served-by");
}

void Stage::configure(const std::string& directive, const std::string& line) {
  const auto file = site_.old_httpd().directory() / "httpd.conf";
  std::istringstream lines(read_file(file));
  std::string text;
  for (std::string each; std::getline(lines, each);) {
    if (each.starts_with(directive + " ")) continue;
    if (each == "</CutoverSite>" && !line.empty()) text += line + "\n";
    text += each + "\n";
  }
  site_.old_httpd().write_conf(text);
}

pid_t Stage::coordinator() const {
  pid_t found = 0;
  eventually([&] { return (found = site_.coordinator()) != 0; });
  EXPECT_NE(found, 0) << "httpd has no coordinator";
  return found;
}

void Stage::name_replication_accounts() {
  harness::name_replication_account(site_.directory() / "old.cnf", site_.old_database());
  harness::name_replication_account(site_.directory() / "new.cnf", site_.new_database());
  site_.graceful();
}

Play::Play(SiteOptions options, const std::string& more, unsigned count,
           const std::function<void(Stage&)>& before)
    : stage(std::move(options), more), visitors(visitors_of(stage.site(), count)) {
  if (before) before(stage);
  EXPECT_EQ(stage.site().await_gate(), "");
  held_at_first = stage.held_ever();
  visitors.start();
}

// A short test on a busy machine is over before they have done anything worth counting.
void Play::end() {
  EXPECT_TRUE(eventually([this] { return visitors.requests() >= kEnoughRequests; },
                         std::chrono::seconds(30)));
  reckon(visitors.stop());
}

void Play::reckon(const harness::Experience& seen) {
  EXPECT_EQ(seen.failed, 0U) << testing::PrintToString(seen.failures);
  EXPECT_EQ(seen.logged_out, 0U);
  EXPECT_GT(seen.acknowledged.size(), 5U);
  auto database =
      stage.site().serving_database().connect_as(harness::kAppUser, harness::kAppSchema);
  const harness::Reckoning count = harness::reckon(seen, database);
  EXPECT_EQ(count.lost, 0U) << testing::PrintToString(count.lost_ids);
  EXPECT_EQ(count.duplicated, 0U);
  const json status = stage.site().status();
  EXPECT_TRUE(status.value("balanced", false)) << status.dump(2);
  testing::Test::RecordProperty("requests", static_cast<int>(seen.requests));
  std::printf("requests=%llu failed=%llu acknowledged=%zu lost=%llu duplicated=%llu wait_ms=%lld\n",
              static_cast<unsigned long long>(seen.requests),
              static_cast<unsigned long long>(seen.failed), seen.acknowledged.size(),
              static_cast<unsigned long long>(count.lost),
              static_cast<unsigned long long>(count.duplicated),
              static_cast<long long>(seen.longest_wait.count()));
}

SiteOptions with_relays() {
  SiteOptions options;
  options.relays = true;
  options.slow_ms = 100;
  return options;
}

std::string message(const harness::Finished& finished) {
  return "exit " + std::to_string(finished.exit_code) + ": " + finished.output;
}

}  // namespace cutover::test
