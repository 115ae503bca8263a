/* SPDX-License-Identifier: Apache-2.0 */
/* One site: the workers of one httpd, its coordinator, its two databases, and the world's faults.
 * tables.pml is printed from the code; ../README.md says what is left out. */

#include "../claims.pml"
#include "names.pml"
#include "tables.pml"
#include "shared_memory.pml"
#include "journal.pml"
#include "databases.pml"
#include "worker.pml"
#include "faults.pml"
#include "proof.pml"
#include "in_pause.pml"
#include "drain.pml"
#include "run.pml"
#include "recovery.pml"
#include "resolve.pml"
#include "coordinator.pml"
#include "at_the_end.pml"

init {
  byte i;
  atomic {
    read_only[kNew] = 1;
    link[kOld] = 1;
#ifdef RING
    link[kNew] = 1;
#endif
#ifdef HALF
    stopped[kOld] = 1;
#endif
#ifdef HISTORY
    disk_epoch = 3; disk_remembered = 3; last_epoch = 3; disk_side = kNew; mode = kNew; at_deadline = kNew;
    row_epoch[kOld] = 2; row_side[kOld] = kOld; row_epoch[kNew] = 3; row_side[kNew] = kNew;
    copy_epoch = 2; copy_remembered = 2; read_only[kOld] = 1; read_only[kNew] = 0; looked_last = 1;
#endif
    for (i : 0 .. WORKERS - 1) { run Worker(i) }
    i = 0;
    run Servers();
    run End();
    run Coordinator();
    run Claims()
  }
}
