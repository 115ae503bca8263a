// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/hooks.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>
#include <vector>

#include "mod_cutover/state/fd.h"

namespace cutover {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kMostOutput = 4096;

// What the child needs is laid out before the fork: afterwards only async-signal-safe calls.
class Environment {
 public:
  explicit Environment(const std::map<std::string, std::string>& facts) {
    texts_.emplace_back("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    for (const auto& [key, value] : facts) texts_.push_back(key + "=" + value);
    for (std::string& text : texts_) pointers_.push_back(text.data());
    pointers_.push_back(nullptr);
  }
  char** get() { return pointers_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

[[noreturn]] void become(const char* program, int output, char** environment) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  const int nothing = ::open("/dev/null", O_RDONLY);
  if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);  // ours ignores it, and that is inherited
  char* const arguments[] = {const_cast<char*>(program), nullptr};
  ::execve(program, arguments, environment);
  ::_exit(127);
}

// Reads until the program closes its output or the time is over; true when it is over.
bool read_output(int fd, Clock::time_point until, std::string& output) {
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
    if (left.count() <= 0) return true;
    pollfd wait{fd, POLLIN, 0};
    if (::poll(&wait, 1, static_cast<int>(left.count())) <= 0) continue;
    char chunk[1024];
    const ssize_t got = ::read(fd, chunk, sizeof chunk);
    if (got <= 0) return false;
    const std::size_t room = kMostOutput - std::min(kMostOutput, output.size());
    output.append(chunk, std::min(room, static_cast<std::size_t>(got)));
  }
}

// Its end within the time; otherwise it and its children are killed.
bool wait_until(pid_t child, Clock::time_point until, int& status) {
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (Clock::now() >= until) {
      ::kill(-child, SIGKILL);
      ::waitpid(child, &status, 0);
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace

HookResult run_program(const std::string& program, const std::map<std::string, std::string>& facts,
                       std::chrono::seconds limit) {
  HookResult result;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    result.why = std::string("cannot be run: ") + std::strerror(errno);
    return result;
  }
  const Fd ours(ends[0]);
  Fd theirs(ends[1]);
  Environment environment(facts);
  const pid_t child = ::fork();
  if (child == 0) become(program.c_str(), theirs.get(), environment.get());
  theirs.reset();
  if (child < 0) {
    result.why = std::string("cannot be run: ") + std::strerror(errno);
    return result;
  }
  const auto until = Clock::now() + limit;
  const bool late = read_output(ours.get(), until, result.output);
  int status = 0;
  if (!wait_until(child, until, status) || late) {
    result.why = "took longer than " + std::to_string(limit.count()) + " s";
  } else if (WIFSIGNALED(status)) {
    result.why = "was killed by signal " + std::to_string(WTERMSIG(status));
  } else if (WEXITSTATUS(status) == 127) {
    result.why = "cannot be run: it is missing, or not executable for httpd's User";
  } else if (WEXITSTATUS(status) != 0) {
    result.why = "exited with " + std::to_string(WEXITSTATUS(status));
  } else {
    result.ok = true;
  }
  return result;
}

}  // namespace cutover
