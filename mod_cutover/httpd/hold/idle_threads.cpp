// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/hold/idle_threads.h"

#include <unistd.h>

#include <algorithm>

#include "mod_cutover/httpd/edge/api.h"
// After httpd.h.
#include <ap_mpm.h>
#include <scoreboard.h>

namespace cutover {
namespace {

// The parent writes a child's pid after it was forked: it is looked for until it is there. Under
// the waker's mutex.
int own_slot() {
  static int slot = -1;
  if (slot >= 0) return slot;
  int slots = 0;
  ap_mpm_query(AP_MPMQ_HARD_LIMIT_DAEMONS, &slots);
  for (int i = 0; i < slots; ++i)
    if (ap_scoreboard_image->parent[i].pid == ::getpid()) slot = i;
  return slot;
}

}  // namespace

bool IdleThreads::at_least(int number) const {
  if (number <= 0 || ap_scoreboard_image == nullptr) return true;
  const int slot = own_slot();
  if (slot < 0) return true;
  const worker_score* threads = ap_scoreboard_image->servers[slot];
  int found = 0;
  for (int i = 0; i < threads_ && found < number; ++i) {
    // The child ends after a graceful: it accepts nobody for whom threads were to be left, and has
    // ever fewer of them.
    if (threads[i].status == SERVER_GRACEFUL || threads[i].status == SERVER_DEAD) return true;
    found += threads[i].status == SERVER_READY ? 1 : 0;
  }
  return found >= number;
}

}  // namespace cutover
