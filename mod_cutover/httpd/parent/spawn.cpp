// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/parent/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>

#include "mod_cutover/state/close_from.h"
#include "mod_cutover/state/fd.h"

namespace cutover {
namespace {

// Where the two areas are in the new process; everything above is closed.
constexpr int kControlFd = 3;
constexpr int kCountersFd = 4;
constexpr int kTakeoverFd = 5;
constexpr std::size_t kMostOthers = 16;  // next to it
constexpr int kAboveAll = 64;

// A file and not a pipe: nobody has to stay and feed it.
Fd input_file(const std::string& text) {
  Fd fd(::memfd_create("cutover-config", MFD_CLOEXEC));
  if (!fd) return {};
  if (::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) return {};
  if (::lseek(fd.get(), 0, SEEK_SET) != 0) return {};
  return fd;
}

void default_signals() {
  for (int s = 1; s < NSIG; ++s) ::signal(s, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// In the new process, between fork and exec. The descriptors go above their targets first, since
// one could stand on the other's place; the copies that stay have no close-on-exec.
bool arrange_descriptors(int input, const SpawnOrder& order) {
  std::array<int, 4 + kMostOthers> high{};
  std::size_t count = 0;
  const auto lift = [&](int fd) {
    if (count == high.size()) return false;
    high[count] = ::fcntl(fd, F_DUPFD, kAboveAll);
    return high[count++] >= 0;
  };
  bool lifted = lift(input) && lift(order.control_fd) && lift(order.counters_fd) &&
                // In place of none stands what is no such page.
                lift(order.takeover_fd >= 0 ? order.takeover_fd : order.counters_fd);
  for (const int fd : order.others_fds) lifted = lifted && lift(fd);
  if (!lifted || ::dup2(high[0], STDIN_FILENO) < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
    return false;
  int next = kControlFd;
  for (std::size_t i = 1; i < count; ++i)
    if (::dup2(high[i], next++) < 0) return false;
  close_from(next);
  return true;
}

[[noreturn]] void become(int input, const SpawnOrder& order, pid_t parent, char* const* arguments,
                         char* const* environment) {
  default_signals();
  ::setsid();  // some MPMs signal their whole process group
  // Should httpd's parent be killed, none stays behind; the program asks for it anew once it has
  // changed its user, which forgets it.
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(126);
  if (!arrange_descriptors(input, order) || ::chdir("/") != 0) ::_exit(126);
  const timespec pause{order.wait_ns / 1'000'000'000, order.wait_ns % 1'000'000'000};
  ::nanosleep(&pause, nullptr);
  ::execve(arguments[0], arguments, environment);
  ::_exit(127);
}

}  // namespace

pid_t spawn_coordinator(const SpawnOrder& order) {
  const Fd input = input_file(order.input);
  if (!input) return -1;
  std::string words[] = {order.program,
                         "--state-dir",
                         order.state_dir,
                         "--control-fd",
                         std::to_string(kControlFd),
                         "--counters-fd",
                         std::to_string(kCountersFd),
                         "--takeover-fd",
                         std::to_string(kTakeoverFd),
                         "--others",
                         std::to_string(order.others_fds.size())};
  std::string variables[] = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                             "LANG=C.UTF-8"};
  char* arguments[std::size(words) + 1] = {};
  char* environment[std::size(variables) + 1] = {};
  for (std::size_t i = 0; i < std::size(words); ++i) arguments[i] = words[i].data();
  for (std::size_t i = 0; i < std::size(variables); ++i) environment[i] = variables[i].data();
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) become(input.get(), order, parent, arguments, environment);
  return pid;
}

}  // namespace cutover
