// SPDX-License-Identifier: Apache-2.0
// The reporting of problems; by default they make the program fail at its end.
#include "tests/harness/problems.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>

namespace cutover::harness {
namespace {

std::mutex mutex;

// Made when it is first asked for: handlers are set before main(), by another file's statics.
std::function<void(const std::string&)>& current_handler() {
  static std::function<void(const std::string&)> handler;
  return handler;
}

void fail_at_exit() {
  static std::once_flag once;
  std::call_once(once, [] {
    std::atexit([] {
      std::fflush(nullptr);
      _exit(1);
    });
  });
}

}  // namespace

void on_problem(std::function<void(const std::string&)> handler) {
  std::lock_guard lock(mutex);
  current_handler() = std::move(handler);
}

void report_problem(const std::string& problem) {
  std::lock_guard lock(mutex);
  if (current_handler()) {
    current_handler()(problem);
    return;
  }
  std::fprintf(stderr, "harness: %s\n", problem.c_str());
  fail_at_exit();
}

}  // namespace cutover::harness
