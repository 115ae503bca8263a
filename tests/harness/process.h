// SPDX-License-Identifier: Apache-2.0
// A child process that never outlives its owner: ended by the destructor, and by the kernel should
// the test program itself die.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cutover::harness {

// Names, in the environment of all that a Process started, which one it was: "PID.COUNT.".
inline constexpr const char* kMarkName = "CUTOVER_HARNESS_MARK";

struct ProcessOptions {
  std::vector<std::string> argv;
  std::map<std::string, std::string> env;  // added to this program's own
  std::filesystem::path directory;
  std::filesystem::path input;        // stdin; /dev/null where empty
  std::filesystem::path output;       // stdout and stderr, appended; inherited where empty
  std::filesystem::path only_stdout;  // stdout apart from stderr, as for a dump
  int end_signal = SIGTERM;           // asks it to stop; also sent when the starting thread dies
};

class Process {
 public:
  // The thread that starts it must live as long as it: the kernel's parent-death signal is the
  // thread's.
  explicit Process(const ProcessOptions& options);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  bool running();
  void signal(int number) const;
  // The exit code, 128 + signal if it was killed; nothing if it still runs after the limit.
  std::optional<int> wait(std::chrono::milliseconds limit);
  // Asks it to end, kills it after the limit; its exit code.
  int stop(std::chrono::milliseconds limit = std::chrono::seconds(10));
  void kill();

  // Living processes that descend from this one, whoever their parent is by now.
  std::vector<pid_t> descendants() const;

 private:
  void kill_descendants() const;

  pid_t pid_ = -1;
  int end_signal_;
  std::string mark_;  // in the environment of every descendant
  std::optional<int> exit_code_;
};

struct Finished {
  int exit_code;
  std::string output;  // stdout and stderr
};

// Runs a short command to its end; kills it at the limit and throws.
Finished run(const std::vector<std::string>& argv,
             const std::map<std::string, std::string>& env = {},
             std::chrono::milliseconds limit = std::chrono::seconds(60));

std::string command_line(pid_t pid);

}  // namespace cutover::harness
