// SPDX-License-Identifier: Apache-2.0
// Runs the real command (CUTOVERCTL, else the one that was built), over pipes or on a terminal.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "mod_cutover/state/fd.h"

namespace cutover::tests {

std::filesystem::path cutoverctl();

struct Call {
  std::vector<std::string> arguments;
  bool terminal = false;                             // stderr goes to it, too
  std::map<std::string, std::string> environment{};  // added; TERM is xterm
  bool as_nobody = false;
  std::string input{};           // on stdin, where that is no terminal
  unsigned short columns = 100;  // of the terminal
};

class Command {
 public:
  explicit Command(const Call& call) : Command(cutoverctl(), call) {}
  Command(const std::filesystem::path& program, const Call& call);
  ~Command();
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  void signal(int number) const;
  // True when `text` was seen in stdout or stderr before the limit.
  bool says(const std::string& text, std::chrono::milliseconds limit = std::chrono::seconds(10));
  // Reads to the end: the exit code, or 128 + the signal that killed it.
  int finish(std::chrono::milliseconds limit = std::chrono::seconds(20));

  const std::string& out() const { return out_; }
  const std::string& err() const { return err_; }

 private:
  void start(const std::filesystem::path& program, const Call& call);
  // False at the end of both streams.
  bool read_some(std::chrono::milliseconds limit);

  pid_t pid_ = -1;
  Fd out_end_, err_end_;
  std::string out_, err_;
};

struct Outcome {
  int exit;
  std::string out, err;
};
Outcome run(const Call& call);

}  // namespace cutover::tests
