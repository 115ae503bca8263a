// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/run/hooks.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>
#include <vector>

#include "mod_cutover/state/close_from.h"
#include "mod_cutover/state/fd.h"
#include "mod_cutover/state/pulse.h"

namespace cutover {
namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;
constexpr std::size_t kMostOutput = 4096;
constexpr auto kPatience = std::chrono::milliseconds(5);

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

[[noreturn]] void become(const char* program, char** environment) {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);  // ours ignores it, and that is inherited
  char* const arguments[] = {const_cast<char*>(program), nullptr};
  ::execve(program, arguments, environment);
  ::_exit(127);
}

// As the program ended.
[[noreturn]] void end_like(int status) {
  if (!WIFSIGNALED(status)) ::_exit(WEXITSTATUS(status));
  sigset_t none;
  ::sigemptyset(&none);
  ::signal(WTERMSIG(status), SIG_DFL);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::raise(WTERMSIG(status));
  ::_exit(126);
}

// Between the coordinator and the program. The kernel tells a process of its parent's death, and
// none of its grandchildren: a shell would die, and the client that it has started would still send
// its statement. So this one hears of it, and the whole group dies.
[[noreturn]] void guard(const char* program, int output, char** environment, pid_t parent) {
  ::setpgid(0, 0);
  sigset_t awaited;
  ::sigemptyset(&awaited);
  ::sigaddset(&awaited, SIGTERM);
  ::sigaddset(&awaited, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &awaited, nullptr);
  ::signal(SIGTERM, SIG_DFL);
  ::signal(SIGCHLD, SIG_DFL);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(126);  // it died before that was heard
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  const int nothing = ::open("/dev/null", O_RDONLY);
  if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
  close_from(3);
  const pid_t child = ::fork();
  if (child < 0) ::_exit(126);
  if (child == 0) become(program, environment);
  for (int status = 0;;) {
    const int heard = ::sigwaitinfo(&awaited, nullptr);
    if (::getppid() != parent) ::kill(0, SIGKILL);
    if (heard == SIGTERM) ::kill(child, SIGTERM);  // somebody else's, who means the program
    if (::waitpid(child, &status, WNOHANG) == child) end_like(status);
  }
}

// What there is to read now, or comes within `patience`. False when there will be no more.
bool read_some(int fd, std::chrono::milliseconds patience, std::string& output) {
  pollfd wait{fd, POLLIN, 0};
  const int ready = ::poll(&wait, 1, static_cast<int>(patience.count()));
  if (ready <= 0) return ready < 0 && errno == EINTR;
  char chunk[1024];
  const ssize_t got = ::read(fd, chunk, sizeof chunk);
  const std::size_t room = kMostOutput - std::min(kMostOutput, output.size());
  output.append(chunk, std::min(room, static_cast<std::size_t>(std::max<ssize_t>(0, got))));
  return got > 0;
}

// Its end within the time, and before `stop`; otherwise it and its children are killed. The end of
// its output is not waited for: a program that it left running in the background may keep that
// open.
bool follow(pid_t child, int output, Steady::time_point until, const std::function<bool()>& stop,
            std::string& text, int& status) {
  while (::waitpid(child, &status, WNOHANG) == 0) {
    beat();
    if (Steady::now() >= until || (stop && stop())) {
      ::kill(-child, SIGKILL);
      ::waitpid(child, &status, 0);
      return false;
    }
    if (!read_some(output, kPatience, text)) std::this_thread::sleep_for(kPatience);
  }
  while (text.size() < kMostOutput && read_some(output, std::chrono::milliseconds(0), text)) {
  }
  return true;
}

std::string in_words(milliseconds limit) {
  const auto ms = limit.count();
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

}  // namespace

HookResult run_program(const std::string& program, const std::map<std::string, std::string>& facts,
                       milliseconds limit, const std::function<bool()>& stop) {
  HookResult result;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    result.why = std::string("cannot be run: ") + std::strerror(errno);
    return result;
  }
  const Fd ours(ends[0]);
  Fd theirs(ends[1]);
  Environment environment(facts);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) guard(program.c_str(), theirs.get(), environment.get(), parent);
  if (child > 0) ::setpgid(child, child);  // as it does itself: whoever comes first
  theirs.reset();
  if (child < 0) {
    result.why = std::string("cannot be run: ") + std::strerror(errno);
    return result;
  }
  const auto until = Steady::now() + limit;
  int status = 0;
  if (!follow(child, ours.get(), until, stop, result.output, status)) {
    result.why =
        Steady::now() >= until ? "took longer than " + in_words(limit) : "was ended by an abort";
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

Answer HookPrograms::run(const HookCall& call) {
  std::map<std::string, std::string> facts = {
      {"CUTOVER_SITE", site_},
      {"CUTOVER_EVENT", call.event},
      {"CUTOVER_DIRECTION", std::string(name(call.direction))},
      {"CUTOVER_SIDE", std::string(name(call.serving))},
      {"CUTOVER_REASON", call.reason}};
  if (call.database) facts["CUTOVER_DATABASE"] = name(*call.database);
  for (const Hook& hook : hooks_) {
    if (hook.event != call.event) continue;
    const auto limit = std::chrono::duration_cast<milliseconds>(call.limit);
    const HookResult result = run_program(hook.program, facts, limit, call.stop);
    told_(hook, result);
    if (!result.ok) return Answer::no("hook " + hook.event + " " + hook.program + " " + result.why);
  }
  return Answer::yes();
}

}  // namespace cutover
