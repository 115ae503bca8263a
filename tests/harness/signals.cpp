// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/signals.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"

namespace cutover::harness {
namespace {

struct Known {
  char state = 0;    // 0: it is not there any more
  pid_t parent = 0;  //
};

Known known(pid_t pid) {
  const std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t name_end = stat.rfind(')');  // "12 (a name) S 11 ..."
  if (name_end == std::string::npos || name_end + 4 >= stat.size()) return {};
  return {stat[name_end + 2], std::atoi(stat.c_str() + name_end + 4)};
}

bool descends_from_us(pid_t pid) {
  for (pid_t above = known(pid).parent; above > 1; above = known(above).parent)
    if (above == getpid()) return true;
  return false;
}

// In the midst of execve(2) a process shows no environment: it is asked again, until it has one.
std::string environment(pid_t pid) {
  std::string found = read_file("/proc/" + std::to_string(pid) + "/environ");
  for (int asked = 0; found.empty() && asked < 100 && known(pid).state != 0; ++asked) {
    usleep(1000);
    found = read_file("/proc/" + std::to_string(pid) + "/environ");
  }
  return found;
}

// The process outlived whoever started it. A coordinator has an environment of its own: it is known
// by a state directory that is a test's.
bool is_left_by_us(pid_t pid) {
  const std::string mark = std::string(kMarkName) + "=" + std::to_string(getpid()) + ".";
  return environment(pid).find(mark) != std::string::npos ||
         command_line(pid).find(" --state-dir /tmp/cutover-") != std::string::npos;
}

}  // namespace

int signal_to(pid_t pid, int number) {
  const bool one_process = pid > 1 && pid != getpid();
  if (one_process) {
    const char state = known(pid).state;
    if (state == 'Z') return 0;  // whoever left it: nothing happens to it any more
    if (state == 0) return errno = ESRCH, -1;
  }
  if (!one_process || (!descends_from_us(pid) && !is_left_by_us(pid)))
    throw std::logic_error("process " + std::to_string(pid) + " (" + command_line(pid) +
                           ") was not started by this test: no signal for it");
  return ::kill(pid, number);
}

bool gone(pid_t pid) { return pid > 1 && ::kill(pid, 0) != 0 && errno == ESRCH; }

}  // namespace cutover::harness
