// SPDX-License-Identifier: Apache-2.0
// Starting the background process, telling how to play, and ending it.
#include "tests/demo/playground.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>

#include "tests/demo/playground_state.h"
#include "tests/demo/verdict.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/interrupt.h"
#include "tests/harness/problems.h"
#include "tests/harness/site.h"
#include "tests/harness/visitors.h"

namespace cutover::demo {
namespace {

std::string instructions(harness::Site& site) {
  auto url = [](std::uint16_t port, const char* path) {
    return "http://127.0.0.1:" + std::to_string(port) + path;
  };
  std::string command;
  for (const std::string& word : site.cutoverctl_command({})) command += word + " ";
  return "The site:        " + url(site.port(), "/") + "  (sign up and pick a team)" +
         "\nThe status page: " + url(site.admin_port(), "/cutover/") +
         "\nThe new host:    " + url(site.new_port(), "/") +
         "  (its database refuses writes until the switch)" +
         "\nhttpd.conf:      " + (site.old_httpd().directory() / "httpd.conf").string() +
         "\nError log:       " + (site.old_httpd().directory() / "error.log").string() +
         "\nreload httpd:    kill -USR1 " + std::to_string(site.old_httpd().pid()) + "\n\nTry\n  " +
         command + "status\n  " + command + "preflight\n  " + command + "switch\n  " + command +
         "rollback\n  " + command + "events\nand at the end: make demo-down\n";
}

// The background process: everything it starts dies with it.
void own_everything(unsigned count, int ready_pipe) {
  harness::Site site(harness::durable_site());
  harness::VisitorsOptions options;
  options.count = count;
  options.think = std::chrono::milliseconds(100);
  options.port = site.port();
  harness::Visitors visitors(options);
  visitors.start();
  std::string text = instructions(site);
  if (write(ready_pipe, text.data(), text.size()) < 0) return;
  close(ready_pipe);
  try {
    for (;;) harness::sleep_or_interrupt(std::chrono::hours(1));
  } catch (const harness::Interrupted&) {
    print_report(judge(site.access(), visitors.stop(), {}));
  }
}

[[noreturn]] void live_in_background(unsigned count, int ready_pipe) {
  setsid();
  harness::block_interrupts();
  std::string log = runtime_dir() / "log";
  int fd = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
  int null = open("/dev/null", O_RDONLY);
  dup2(null, 0);
  dup2(fd, 1);
  dup2(fd, 2);
  bool good = true;
  harness::on_problem([&good](const std::string& problem) {
    good = false;
    std::fprintf(stderr, "problem: %s\n", problem.c_str());
  });
  try {
    own_everything(count, ready_pipe);
  } catch (const std::exception& error) {
    good = false;
    std::fprintf(stderr, "%s\n", error.what());
  }
  std::fflush(nullptr);
  _exit(good ? 0 : 1);
}

}  // namespace

int up(unsigned visitors) {
  if (auto pid = running_playground()) {
    std::printf("it is up already (process %d); end it with make demo-down\n", *pid);
    return 1;
  }
  int ready[2];
  if (pipe2(ready, O_CLOEXEC) != 0) return 1;
  std::printf("Starting two hosts and %u visitors ...\n", visitors);
  std::fflush(stdout);
  pid_t pid = fork();
  if (pid < 0) return 1;
  if (pid == 0) {
    close(ready[0]);
    live_in_background(visitors, ready[1]);
  }
  close(ready[1]);
  remember_playground(pid);
  std::string text;
  char buffer[4096];
  for (ssize_t got; (got = read(ready[0], buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(got));
  }
  close(ready[0]);
  if (!text.empty()) {
    std::printf("\n%s", text.c_str());
    return 0;
  }
  waitpid(pid, nullptr, 0);
  std::fprintf(stderr, "it did not start:\n%s", harness::read_file(runtime_dir() / "log").c_str());
  forget_playground();
  return 1;
}

int down() {
  auto pid = running_playground();
  if (!pid) {
    std::printf("nothing is up\n");
    forget_playground();
    return 0;
  }
  kill(*pid, SIGTERM);  // that process, since it began when it was written down
  bool ended = harness::eventually([] { return !running_playground(); }, std::chrono::seconds(60));
  std::printf("%s", harness::read_file(runtime_dir() / "log").c_str());
  if (!ended) {
    std::fprintf(stderr, "process %d does not end; end it by hand\n", *pid);
    return 1;
  }
  forget_playground();
  return 0;
}

}  // namespace cutover::demo
