/* SPDX-License-Identifier: Apache-2.0 */
/* What is shared: the names of the code, and what really happened. */

#ifndef CRASHES
#define CRASHES 0
#endif
#ifndef EACH
#define EACH 1
#endif

#ifdef MISTAKE_BEGINS_WHILE_LEAVING
#define MAY_BEGIN 1
#else
#define MAY_BEGIN !announced
#endif

#define kOld 0
#define kNew 1
#define kHold 2
#define other(side) (1 - side)

/* The journal, as far as it matters here. */
#define journal_kRest 0
#define journal_kDrain 1   /* what is undone when it is found */
#define journal_kPromote 2 /* what is finished */
byte disk_phase = journal_kRest;
bit disk_side = kOld;
byte mode = kOld;

/* Generations of the configuration, and their coordinators: 0 and 1. */
#define kNobody 2
byte lock_owner = kNobody;
bool launched[2];     /* httpd's parent wants this one to run */
bool announced = 0;   /* the parent is looking whether the site is at rest: begin nothing */
bool forgotten = 0;   /* the successor's configuration has no such site */
bool ungated = 0;     /* workers serve the site's vhosts and have no gate for them */
byte crashes = 0;

/* Site, under its mutex: a step is a critical section. */
byte pending[2];      /* whose ticket waits: a commander + 1, 0 none */
bool busy[2];
bool leaving_[2];
bool under_way[2];    /* direction_ has a value */
bool abortable[2];
bool abort_flag[2];
byte last[2];         /* LastRun::outcome */
#define kAborted 1    /* or refused */
#define kDone 2

/* Commanders, 0 and 1. */
byte asked_of[2];     /* the coordinator at the other end of the connection + 1 */
bit wanted[2];
byte answer[2];
#define kExitDone 1
#define kExitRefused 2 /* or aborted: everything as before */
#define kConnectionLost 3
bool aborts[2];       /* waits in Site::abort for the end of the run */
bool woken[2];        /* ... which has come; its outcome is not yet read */
byte satisfied = 0;   /* commanders with no more to say */

/* What really happened. */
byte runs = 0;        /* under way, from the first hold to the record of rest */
byte hooks = 0;       /* running, whoever started them */
bool orphan = 0;      /* one of them, without its coordinator */
bool to_pair = 0;     /* a before-hook did its work; after or aborted has to follow */
bool moved_for[2];    /* the run that this commander asked for, or to end, moved the site */
