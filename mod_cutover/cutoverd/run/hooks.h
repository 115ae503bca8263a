// SPDX-License-Identifier: Apache-2.0
// Runs one program of CutoverHook, as httpd's User, bounded in time and output.
#pragma once

#include <chrono>
#include <map>
#include <string>

namespace cutover {

struct HookResult {
  bool ok = false;     // ended with 0 in time
  std::string why;     // how it ended otherwise: "exited with 3", "took longer than 30 s"
  std::string output;  // standard output and error, the first 4 KB
};

// The program gets a small environment of its own (PATH and `facts`), nothing of ours open, and
// dies with the coordinator.
HookResult run_program(const std::string& program, const std::map<std::string, std::string>& facts,
                       std::chrono::seconds limit);

}  // namespace cutover
