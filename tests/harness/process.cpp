// SPDX-License-Identifier: Apache-2.0
// Starting, waiting for and ending child processes.
#include "tests/harness/process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "mod_cutover/state/close_from.h"
#include "tests/harness/eventually.h"
#include "tests/harness/problems.h"
#include "tests/harness/temp_dir.h"

namespace cutover::harness {
namespace {

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (std::string& text : strings) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    std::string text = *entry;
    if (!added.contains(text.substr(0, text.find('=')))) result.push_back(text);
  }
  for (const auto& [name, value] : added) result.push_back(name + "=" + value);
  return result;
}

int open_or_die(const char* path, int flags) {
  int fd = open(path, flags, 0644);
  if (fd < 0) _exit(126);
  return fd;
}

// Between fork and exec: only what is safe in the child of a threaded program.
[[noreturn]] void become(const ProcessOptions& options, char** argv, char** envp, pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, options.end_signal);
  if (getppid() != parent) _exit(126);  // it died before the line above
  dup2(open_or_die(options.input.empty() ? "/dev/null" : options.input.c_str(), O_RDONLY), 0);
  if (!options.output.empty()) {
    int fd = open_or_die(options.output.c_str(), O_WRONLY | O_CREAT | O_APPEND);
    dup2(fd, 1);
    dup2(fd, 2);
  }
  if (!options.only_stdout.empty()) {
    dup2(open_or_die(options.only_stdout.c_str(), O_WRONLY | O_CREAT | O_TRUNC), 1);
  }
  if (!options.directory.empty() && chdir(options.directory.c_str()) != 0) _exit(126);
  close_from(3);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execvpe(argv[0], argv, envp);
  _exit(127);
}

int exit_code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Process::Process(const ProcessOptions& options) : end_signal_(options.end_signal) {
  static std::atomic<unsigned> count{0};
  mark_ = std::to_string(getpid()) + "." + std::to_string(++count) + ".";
  auto env = options.env;
  env[kMarkName] = mark_;
  std::vector<std::string> arguments = options.argv;
  std::vector<std::string> variables = environment(env);
  std::vector<char*> argv = pointers(arguments);
  std::vector<char*> envp = pointers(variables);
  pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) become(options, argv.data(), envp.data(), parent);
  setpgid(pid_, pid_);
}

Process::~Process() {
  if (running()) stop();
  kill_descendants();
}

bool Process::running() { return !wait(std::chrono::milliseconds(0)).has_value(); }

void Process::signal(int number) const {
  if (!exit_code_) ::kill(pid_, number);
}

std::optional<int> Process::wait(std::chrono::milliseconds limit) {
  eventually(
      [this] {
        int status = 0;
        if (!exit_code_ && waitpid(pid_, &status, WNOHANG) == pid_) {
          exit_code_ = exit_code_of(status);
        }
        return exit_code_.has_value();
      },
      limit, std::chrono::milliseconds(2));
  return exit_code_;
}

int Process::stop(std::chrono::milliseconds limit) {
  signal(SIGCONT);
  signal(end_signal_);
  if (auto code = wait(limit)) return *code;
  report_problem("process " + std::to_string(pid_) + " (" + command_line(pid_) +
                 ") did not stop when asked; killed");
  kill();
  return *exit_code_;
}

void Process::kill() {
  signal(SIGKILL);
  wait(std::chrono::seconds(30));
}

std::vector<pid_t> Process::descendants() const {
  std::vector<pid_t> found;
  std::string wanted = std::string(kMarkName) + "=" + mark_;
  wanted.push_back('\0');
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    pid_t pid = std::stoi(name);
    if (pid == pid_ || pid == getpid()) continue;
    if (read_file(entry.path() / "environ").find(wanted) != std::string::npos) found.push_back(pid);
  }
  return found;
}

void Process::kill_descendants() const {
  for (pid_t pid : descendants()) ::kill(pid, SIGKILL);
}

Finished run(const std::vector<std::string>& argv, const std::map<std::string, std::string>& env,
             std::chrono::milliseconds limit) {
  TempDir dir("run");
  ProcessOptions options;
  options.argv = argv;
  options.env = env;
  options.output = dir / "output";
  Process process(options);
  auto code = process.wait(limit);
  if (!code) {
    throw std::runtime_error(argv[0] + " did not end in time: " + read_file(options.output));
  }
  return {*code, read_file(options.output)};
}

std::string command_line(pid_t pid) {
  std::string text = read_file("/proc/" + std::to_string(pid) + "/cmdline");
  std::replace(text.begin(), text.end(), '\0', ' ');
  return text;
}

}  // namespace cutover::harness
