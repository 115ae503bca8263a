// SPDX-License-Identifier: Apache-2.0
// Signals to what this test program has started, and to nothing else: kill(2) takes 0 and -1 for a
// whole group and for everybody, and a number that was read somewhere may be a stranger's by now.
#pragma once

#include <sys/types.h>

namespace cutover::harness {

// As kill(2) answers. Throws where the process is there and descends from no start of ours.
int signal_to(pid_t pid, int number);

// It is no more, not even to be reaped.
bool gone(pid_t pid);

}  // namespace cutover::harness
