// SPDX-License-Identifier: Apache-2.0
// What processes take of the machine, all together.
#pragma once

#include <sys/types.h>

#include <vector>

namespace cutover::bench {

struct Usage {
  double cpu_ms = 0;  // since they were started
  double kilobytes = 0;
  double descriptors = 0;
};

Usage usage_of(const std::vector<pid_t>& processes);

}  // namespace cutover::bench
