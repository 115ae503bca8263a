// SPDX-License-Identifier: Apache-2.0
// Starts cutoverd as a child process that inherits nothing but what it needs.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace cutover {

struct SpawnOrder {
  std::string program;
  std::string state_dir;
  std::string input;  // what it reads on its standard input
  int control_fd = -1;
  int counters_fd = -1;
  int takeover_fd = -1;         // parent/presence.h, as the next
  std::vector<int> others_fds;  // at most 16
  std::int64_t wait_ns = 0;     // it sleeps that long before it begins
};

// Its pid, or -1 with errno.
pid_t spawn_coordinator(const SpawnOrder& order);

}  // namespace cutover
