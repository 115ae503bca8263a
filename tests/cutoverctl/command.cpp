// SPDX-License-Identifier: Apache-2.0
#include "command.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include "tests/harness/build_paths.h"
#include "tests/harness/signals.h"

namespace cutover::tests {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uid_t kNobody = 65534;

[[noreturn]] void become(const std::filesystem::path& program, const Call& call) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (call.as_nobody && (setgid(kNobody) != 0 || setuid(kNobody) != 0)) _exit(126);
  unsetenv("NO_COLOR");
  setenv("TERM", "xterm", 1);
  for (const auto& [name, value] : call.environment) setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const std::string& argument : call.arguments)
    argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(program.c_str(), argv.data());
  _exit(126);
}

std::array<Fd, 2> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  return {Fd(ends[0]), Fd(ends[1])};
}

}  // namespace

std::filesystem::path cutoverctl() {
  if (const char* path = std::getenv("CUTOVERCTL")) return std::filesystem::absolute(path);
  return harness::product("cutoverctl");
}

Command::Command(const std::filesystem::path& program, const Call& call) { start(program, call); }

void Command::start(const std::filesystem::path& program, const Call& call) {
  if (call.terminal) {
    int terminal = -1;
    const winsize size{40, call.columns, 0, 0};
    pid_ = forkpty(&terminal, nullptr, nullptr, &size);
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "forkpty");
    if (pid_ == 0) become(program, call);
    out_end_ = Fd(terminal);
    return;
  }
  auto out = make_pipe();
  auto err = make_pipe();
  auto in = make_pipe();
  if (write(in[1].get(), call.input.data(), call.input.size()) < 0)
    throw std::runtime_error("write");
  in[1].reset();
  pid_ = fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) {
    dup2(in[0].get(), STDIN_FILENO);
    dup2(out[1].get(), STDOUT_FILENO);
    dup2(err[1].get(), STDERR_FILENO);
    become(program, call);
  }
  out_end_ = std::move(out[0]);
  err_end_ = std::move(err[0]);
}

Command::~Command() {
  if (pid_ < 0) return;
  harness::signal_to(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Command::signal(int number) const { harness::signal_to(pid_, number); }

bool Command::read_some(std::chrono::milliseconds limit) {
  std::array<pollfd, 2> ends{{{out_end_.get(), POLLIN, 0}, {err_end_.get(), POLLIN, 0}}};
  if (!out_end_ && !err_end_) return false;
  if (poll(ends.data(), ends.size(), static_cast<int>(limit.count())) <= 0) return true;
  const auto take = [](Fd& fd, const pollfd& end, std::string& into) {
    if (end.fd < 0 || end.revents == 0) return;
    char chunk[4096];
    const ssize_t got = read(fd.get(), chunk, sizeof chunk);
    if (got > 0)
      into.append(chunk, static_cast<std::size_t>(got));
    else
      fd.reset();  // a terminal whose last user has gone answers EIO
  };
  take(out_end_, ends[0], out_);
  take(err_end_, ends[1], err_);
  return true;
}

bool Command::says(const std::string& text, std::chrono::milliseconds limit) {
  const auto end = Clock::now() + limit;
  for (;;) {
    if (out_.find(text) != std::string::npos || err_.find(text) != std::string::npos) return true;
    if (Clock::now() >= end || !read_some(std::chrono::milliseconds(20))) return false;
  }
}

int Command::finish(std::chrono::milliseconds limit) {
  const auto end = Clock::now() + limit;
  while (read_some(std::chrono::milliseconds(20)))
    if (Clock::now() >= end) throw std::runtime_error("the command did not end: " + out_ + err_);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Outcome run(const Call& call) {
  Command command(call);
  const int exit = command.finish();
  return {exit, command.out(), command.err()};
}

}  // namespace cutover::tests
