/* SPDX-License-Identifier: Apache-2.0 */
/* The names of the code, and how much of the world a configuration has. A configuration changes
 * these by -D; verify.sh lists them all.
 *
 *   WORKERS   requests that are under way at once
 *   ASKS      switches and rollbacks asked for
 *   CRASHES   ends of the coordinator, or of all of httpd (POWER, HTTPD)
 *   UNKNOWNS  statements whose outcome stays unknown
 *   QUIETING  a run may hold those first who are known to take long
 *   SELF_CALLS  who is held may be a request of the site's own, and goes on while nothing is decided
 *   KILLS     workers killed in the middle of a request
 *   RING      the way back is a link that was there before
 *   HALF      of the ring: nothing is applied into the side that serves. Somebody writes to the other
 *             one in spite of its being read-only, once a side
 *   POWER     a crash takes the whole old host: workers, shared memory, the old database
 *   HTTPD     a crash takes all of httpd; the databases go on with what was sent to them
 *   LOST      ... and the journal is lost with it
 *   UNREAD    ... and a database may not answer the coordinator that comes after
 *   RESTART_OLD, RESTART_NEW   a database comes back in the other role
 *   HAND      a person changes a role at rest, once, with no restart
 *   THROUGH   somebody may write in spite of the fence, once
 *   FAILS     writes of the journal that fail
 *   SILENT    the old server, which serves, freezes once, and comes back as it was; a person who gives
 *             it up resolves
 *   RESOLVE   a person resolves a doubt, by the side that he likes
 *   GONE      the coordinator that crashed is not started again
 *   STRAGGLERS  a drain that does not end leaves behind who is in flight
 *   ENDLESS   any request that is served may turn out to be one that never ends
 *   PROOF     the new host is asked for real pages before anybody is let in
 *   HOOKS     the hook fenced is run behind the fence, and unfence takes it back
 *   NO_DATABASES
 *   EPOCHS    the side that serves is told so, and in which epoch
 *   RESTORED  ... and a crash may find the state directory restored, as it was at the start; with
 *             SAVED as at some moment; with HISTORY there was a switch, a rollback and a switch, and it is as before the last
 * MISTAKE_...: one known mistake each. */
#ifndef WORKERS
#define WORKERS 2
#endif
#ifndef ASKS
#define ASKS 1
#endif
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef UNKNOWNS
#define UNKNOWNS 1
#endif
#ifndef KILLS
#define KILLS 0
#endif
#ifndef FAILS
#define FAILS 0
#endif

/* Side; Mode and AtDeadline continue it. */
#define kOld 0
#define kNew 1
#define kHold 2
#define kRefuse 2
#define other(side) (1 - (side))

/* After the phases of the journal: no record was found. */
#define journal_missing 10
#define at_rest(phase) (phase == journal_kRest || phase == journal_kRelease)

/* Every server answers here, unless it is frozen, and no coordinator comes so late that nobody saw the site served. */
#ifdef SILENT
#define mine_silent (silent && r_side == kOld)
#define theirs_silent (silent && r_side == kNew)
#else
#define mine_silent 0
#define theirs_silent 0
#endif
#define cold 0
