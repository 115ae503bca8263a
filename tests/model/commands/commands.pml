/* SPDX-License-Identifier: Apache-2.0 */
/* Who may command and what he is told: cutoverctl against the page, an operator's abort, hooks, and
 * a graceful that hands the site from one coordinator to its successor in the middle of all that.
 * What a run does to the databases is site/'s: here it holds, ends and is told about.
 *
 *   EACH       commands of each of the two commanders
 *   HOOKS      before-, after- and aborted-hooks are configured
 *   GRACEFUL   httpd takes up a new configuration, once
 *   REMOVED    ... in which the site is no more
 *   CRASHES    ends of a coordinator
 * MISTAKE_...: one each. */
#include "../claims.pml"
#include "names.pml"
#include "commander.pml"
#include "hooks.pml"
#include "coordinator.pml"
#include "httpd.pml"

proctype Orphan() {
#ifdef MISTAKE_HOOK_OUTLIVES
end:
  do
  :: atomic { orphan -> orphan = 0; hooks-- }
  od
#else
  skip
#endif
}

proctype AtTheEnd() {
  timeout;
  atomic {
    CLAIM(all_answered, satisfied == 2);
    CLAIM(whole_state, disk_phase == journal_kRest && mode == disk_side && runs == 0);
    CLAIM(somebody_coordinates, lock_owner != kNobody && !orphan);
    CLAIM(hooks_paired, !to_pair)
  }
}

init {
  atomic {
    launched[0] = 1;
    run Commander(0); run Commander(1);
    run Coordinator(0); run Coordinator(1);
#ifdef GRACEFUL
    run Parent();
#endif
    run Orphan();
    run AtTheEnd()
  }
}
