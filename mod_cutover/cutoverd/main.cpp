// SPDX-License-Identifier: Apache-2.0
// cutoverd: started by httpd's parent with the configuration on standard input. In this order:
// everything that needs root, the rights dropped, the threads, the wait for a signal.
#include <fcntl.h>
#include <getopt.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <iterator>
#include <list>
#include <thread>

#include "mod_cutover/cutoverd/control/control_server.h"
#include "mod_cutover/cutoverd/control/privileges.h"
#include "mod_cutover/cutoverd/open_sites.h"
#include "mod_cutover/cutoverd/run/real_clock.h"
#include "mod_cutover/cutoverd/trail/log.h"
#include "mod_cutover/state/paths.h"
#include "mod_cutover/state/pulse.h"
#include "mod_cutover/wire/settings_json.h"

namespace cutover {
namespace {

struct Arguments {
  std::string state_dir;
  int control_fd = -1;
  int counters_fd = -1;
  int takeover_fd = -1;
  int others = 0;  // descriptors next to that one
};

int fail(const std::string& why) {
  log(Message::kCoordinatorCannotStart, {}, "cutoverd cannot start: " + why);
  return 1;
}

// SIGHUP: finish what is under way, then leave to the successor. SIGTERM, SIGINT: leave now.
sigset_t leaving_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : {SIGHUP, SIGTERM, SIGINT}) ::sigaddset(&set, signal);
  return set;
}

bool signal_waits(const sigset_t& set) {
  sigset_t waiting;
  ::sigpending(&waiting);
  for (const int signal : {SIGHUP, SIGTERM, SIGINT})
    if (::sigismember(&set, signal) == 1 && ::sigismember(&waiting, signal) == 1) return true;
  return false;
}

void leave(int signal, std::vector<std::unique_ptr<Site>>& sites) {
  log(Message::kLeaves, {}, signal == SIGHUP ? "leaving to a successor" : "leaving: httpd stops");
  for (const auto& site : sites) site->leave(signal != SIGHUP);
}

// A site that was left out for want of a file is tried again by the next coordinator.
constexpr int kSecondsWithoutAll = 10;

// A stop may come while a run is still being finished for a successor: it is heard too.
void wait_and_leave(const sigset_t& set, std::vector<std::unique_ptr<Site>>& sites, bool all,
                    const std::atomic<std::size_t>& running) {
  const timespec second{1, 0};
  int signal = -1;
  for (int seconds = 0; signal <= 0; ++seconds) {
    beat();
    signal = ::sigtimedwait(&set, nullptr, &second);
    if (signal <= 0 && !all && seconds >= kSecondsWithoutAll) signal = SIGHUP;
  }
  leave(signal, sites);
  const timespec slice{0, 2'000'000};
  for (; running.load() > 0; beat())
    if (const int another = ::sigtimedwait(&set, nullptr, &slice); another > 0)
      leave(another, sites);
}

// Inherited without close-on-exec: no hook's business.
std::vector<Fd> other_pipes(const Arguments& arguments) {
  std::vector<Fd> pipes;
  for (int i = 1; i <= arguments.others; ++i) {
    pipes.emplace_back(arguments.takeover_fd + i);
    ::fcntl(pipes.back().get(), F_SETFD, FD_CLOEXEC);
  }
  return pipes;
}

int run(const Arguments& arguments) {
  const sigset_t set = leaving_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);  // before any thread: all inherit it
  ::signal(SIGPIPE, SIG_IGN);
  const pid_t parent = ::getppid();

  const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
  const CoordinatorConfig config = coordinator_config(text);
  Fd control_fd(arguments.control_fd);
  Fd counters_fd(arguments.counters_fd);
  const Mapping control = map_control(control_fd.get(), true);
  const Mapping counters = map_counters(counters_fd.get());
  control_fd.reset();  // inherited without close-on-exec: no hook's business
  counters_fd.reset();
  Fd takeover_fd(arguments.takeover_fd);
  const Mapping takeover = map_takeover(takeover_fd.get());
  takeover_fd.reset();
  const OtherChildren others(other_pipes(arguments));
  if (!control || !counters) return fail("the shared memory is not this version's");
  const Beating beating(claim_life(control_in(control), ::getpid()));

  std::string error;
  const Fd lock = take_lock(
      lock_path(config.state_dir),
      [&] {
        beat();
        return signal_waits(set);
      },
      error);
  if (!lock) return error.empty() ? 0 : fail(error);

  Audit audit(events_path(config.state_dir));
  if (!audit.ok()) return fail(audit.error());
  RealClock clock;
  std::vector<std::unique_ptr<Site>> sites;
  error = open_sites({config, control, counters, takeover, others, clock, audit}, sites);
  if (!error.empty()) return fail(error);
  Doors doors = open_doors(config.state_dir, error);
  if (!error.empty()) return fail(error);
  error = drop_privileges(config.uid, config.gid, parent);
  if (!error.empty()) return fail(error);

  log(Message::kCoordinates, {},
      "cutoverd " CUTOVER_VERSION " coordinates " + std::to_string(sites.size()) + " site(s)");
  const Recorder recorder(sites, clock);
  const ControlServer server(std::move(doors), sites, audit, recorder, config.uid);
  std::atomic<std::size_t> running{sites.size()};
  std::list<std::thread> threads;
  for (const auto& site : sites)
    threads.emplace_back([&site, &running] {
      ::pthread_setname_np(::pthread_self(), site->settings().name.substr(0, 15).c_str());
      site->run();
      --running;
    });
  wait_and_leave(set, sites, sites.size() == config.sites.size(), running);
  for (std::thread& thread : threads) thread.join();
  return 0;
}

// -1 where it is no number of a descriptor.
int descriptor(const char* text) {
  int number = -1;
  const char* const end = text + std::strlen(text);
  const auto [rest, error] = std::from_chars(text, end, number);
  return error == std::errc{} && rest == end ? number : -1;
}

// httpd's parent gives all three. Nothing: it was run by hand, and `status` says how it ends.
std::optional<Arguments> arguments_of(int argc, char** argv, int& status) {
  const std::array<option, 7> known{{{"state-dir", required_argument, nullptr, 's'},
                                     {"control-fd", required_argument, nullptr, 'w'},
                                     {"counters-fd", required_argument, nullptr, 'c'},
                                     {"takeover-fd", required_argument, nullptr, 't'},
                                     {"others", required_argument, nullptr, 'o'},
                                     {"version", no_argument, nullptr, 'v'},
                                     {}}};
  Arguments arguments;
  for (int each = 0; (each = ::getopt_long(argc, argv, "", known.data(), nullptr)) != -1;) {
    if (each == 's') arguments.state_dir = ::optarg;
    if (each == 'w') arguments.control_fd = descriptor(::optarg);
    if (each == 'c') arguments.counters_fd = descriptor(::optarg);
    if (each == 't') arguments.takeover_fd = descriptor(::optarg);
    if (each == 'o') arguments.others = descriptor(::optarg);
    if (each == 'v') {
      std::puts(CUTOVER_VERSION);
      status = 0;
      return std::nullopt;
    }
  }
  if (!arguments.state_dir.empty() && arguments.control_fd >= 0 && arguments.counters_fd >= 0)
    return arguments;
  std::fputs(
      "cutoverd is the coordinator of mod_cutover. httpd starts it; it is not run by hand.\n",
      stderr);
  status = 2;
  return std::nullopt;
}

}  // namespace
}  // namespace cutover

int main(int argc, char** argv) try {
  int status = 0;
  const auto arguments = cutover::arguments_of(argc, argv, status);
  return arguments ? cutover::run(*arguments) : status;
} catch (const std::exception& e) {
  return cutover::fail(e.what());
}
