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
#include "claims.pml"

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

/* ---- commanders ------------------------------------------------------------------------------ */

/* Site::submit. Whoever is refused at once is told so at once. */
inline submit(c) {
  atomic {
    if
    :: lock_owner != kNobody ->
       g = lock_owner;
#ifdef MISTAKE_BUSY_NOT_ASKED
       if :: !leaving_[g] ->
#else
       if :: !leaving_[g] && !busy[g] && pending[g] == 0 ->
#endif
          busy[g] = 1; pending[g] = c + 1; asked_of[c] = g + 1; wanted[c] = want
       :: else
       fi
    :: else
    fi;
    g = 0
  }
}

/* Site::abort */
inline abort(c) {
  atomic {
    if
    :: lock_owner != kNobody ->
       g = lock_owner;
       if
       :: busy[g] && under_way[g] && abortable[g] ->
          abort_flag[g] = 1; asked_of[c] = g + 1; aborts[c] = 1
       :: else
       fi
    :: else
    fi;
    g = 0
  }
}

proctype Commander(byte c) {
  byte g, given;
  bit want;
  do
  :: given < EACH ->
     given++;
     if
     :: want = kNew; submit(c)
     :: want = kOld; submit(c)
     :: abort(c)
     fi;
     want = 0;
     if
     :: asked_of[c] == 0 && answer[c] == 0
     :: asked_of[c] != 0 || answer[c] != 0 ->
        do
#ifdef MISTAKE_ABORT_READS_A_LATER_OUTCOME
        :: atomic { woken[c] ->
             answer[c] = (last[asked_of[c] - 1] == kDone -> kExitDone : kExitRefused);
             woken[c] = 0; asked_of[c] = 0 }
#endif
        :: atomic { answer[c] != 0 ->
             CLAIM(told_truly, answer[c] != kExitDone || moved_for[c]);
             CLAIM(told_truly, answer[c] != kExitRefused || !moved_for[c]);
             answer[c] = 0; moved_for[c] = 0 };
           break
        od
     fi
  :: given == EACH -> break
  od;
  satisfied++
}

/* ---- the coordinator ------------------------------------------------------------------------- */

/* The lock, the connections and the hook go with it. */
inline crash() {
  atomic {
    crashes++;
    if
    :: in_hook ->
#ifdef MISTAKE_HOOK_OUTLIVES
       orphan = 1
#else
#ifdef MISTAKE_HOOK_INHERITS_THE_LOCK
       orphan = 1
#else
       hooks--
#endif
#endif
    :: else
    fi;
#ifdef MISTAKE_HOOK_INHERITS_THE_LOCK
    if :: !in_hook -> lock_owner = kNobody :: else fi;
#else
    lock_owner = kNobody;
#endif
    for (k : 0 .. 1) {
      if
      :: asked_of[k] == g + 1 ->
         asked_of[k] = 0; aborts[k] = 0; woken[k] = 0; answer[k] = kConnectionLost
      :: else
      fi
    }
    k = 0;
    if :: holds -> runs-- :: else fi;
    if :: leaving_[g] -> launched[g] = 0 :: else fi; /* a predecessor is not started again */
    pending[g] = 0; busy[g] = 0; under_way[g] = 0; abortable[g] = 0; abort_flag[g] = 0; last[g] = 0;
    in_hook = 0; holds = 0; moved = 0; ok = 0; ticket = 0
  };
  goto start
}

inline may_crash() {
  if
  :: crashes < CRASHES -> crash()
  :: true
  fi
}

/* Nothing is held for a hook, and none runs beside a run. */
inline hook() {
  atomic { hooks++; in_hook = 1; CLAIM(hooks_apart, runs == 0 && hooks == 1) };
  may_crash();
  atomic { hooks--; in_hook = 0 };
  if
  :: ok = 1
  :: ok = 0 /* it refuses, cannot be run, or was killed at its limit */
  fi
}

inline before_hook() {
#ifdef HOOKS
  hook();
  if :: ok -> to_pair = 1 :: !ok fi
#else
  ok = 1
#endif
}

inline closing_hook() {
#ifdef HOOKS
  if :: to_pair -> hook(); to_pair = 0 :: !to_pair fi
#endif
  ok = 0
}

/* Recorded, and then asked whether a new configuration is being taken up: the parent announces that
 * and then reads the record. One of the two sees the other, as at the gate. */
inline run_it() {
  disk_phase = journal_kDrain;
  if
  :: !(MAY_BEGIN) -> disk_phase = journal_kRest
  :: MAY_BEGIN ->
     atomic {
       runs++; holds = 1; mode = kHold;
       CLAIM(one_run, runs == 1);
       CLAIM(behind_the_gate, !ungated);
       CLAIM(hooks_apart, hooks == 0)
     };
     may_crash();
     if
     :: abort_flag[g]
     :: true /* a time-out */
     :: atomic { !abort_flag[g] -> abortable[g] = 0; disk_phase = journal_kPromote };
        may_crash();
        atomic {
          moved = 1;
          moved_for[ticket - 1] = 1;
          for (k : 0 .. 1) { if :: aborts[k] && asked_of[k] == g + 1 -> moved_for[k] = 1 :: else fi }
          k = 0
        }
     fi;
     serve_and_rest()
  fi
}

inline serve_and_rest() {
  atomic { if :: moved -> mode = other(disk_side) :: else -> mode = disk_side fi };
  atomic {
    if :: moved -> disk_side = other(disk_side) :: else fi;
    disk_phase = journal_kRest;
    if :: holds -> runs-- :: else fi;
    holds = 0
  }
}

/* Site::change_side: first asked whether it is to be, then the hook, then asked once more. */
inline change_side() {
  atomic { under_way[g] = 1; abortable[g] = 1; abort_flag[g] = 0; last[g] = kAborted };
  if
  :: wanted[ticket - 1] == disk_side /* serves already */
  :: wanted[ticket - 1] != disk_side ->
     before_hook();
     if
     :: ok && !abort_flag[g] -> run_it()
     :: else
     fi;
     if :: moved -> last[g] = kDone :: else fi;
     closing_hook()
  fi;
  atomic { under_way[g] = 0; abortable[g] = 0 }
}

/* Site::command_ended, then the ticket's answer. Whoever waits in abort wakes. */
inline command_ended() {
  atomic {
    busy[g] = (pending[g] != 0);
    for (k : 0 .. 1) {
      if
      :: aborts[k] && asked_of[k] == g + 1 ->
         aborts[k] = 0;
#ifdef MISTAKE_ABORT_READS_A_LATER_OUTCOME
         woken[k] = 1
#else
         answer[k] = (last[g] == kDone -> kExitDone : kExitRefused); asked_of[k] = 0
#endif
      :: else
      fi
    }
    k = 0
  };
  atomic {
    answer[ticket - 1] = (moved -> kExitDone : kExitRefused);
    asked_of[ticket - 1] = 0; ticket = 0; moved = 0
  }
}

proctype Coordinator(bit g) {
  byte ticket, k;
  bool ok, moved, holds, in_hook;
start:
  atomic {
#ifdef MISTAKE_NO_LOCK
    launched[g] && !(leaving_[g] && g == 0 && crashes > 0) -> lock_owner = g
#else
    launched[g] && lock_owner == kNobody -> lock_owner = g
#endif
  };
  if
  :: disk_phase == journal_kRest -> mode = disk_side
  :: disk_phase != journal_kRest ->
     mode = kHold;
     moved = (disk_phase == journal_kPromote);
     serve_and_rest();
     moved = 0
  fi;
  if :: g == 1 -> announced = 0 :: g == 0 fi;
#ifndef MISTAKE_RECOVERY_RUNS_NO_HOOK
  closing_hook();
#endif
  do
  :: atomic { pending[g] != 0 -> busy[g] = 1; ticket = pending[g]; pending[g] = 0 };
     change_side();
     command_ended()
  :: atomic { pending[g] == 0 && leaving_[g] -> break }
  :: crashes < CRASHES && satisfied < 2 -> crash()
  od;
  atomic { lock_owner = kNobody; launched[g] = 0 }
}

/* ---- httpd's parent -------------------------------------------------------------------------- */
#ifdef GRACEFUL
proctype Parent() {
  bool at_rest;
  announced = 1;
  at_rest = (disk_phase == journal_kRest && mode != kHold); /* keep_gates */
  atomic { leaving_[0] = 1; if :: lock_owner != 0 -> launched[0] = 0 :: else fi };
  launched[1] = 1;
#ifdef REMOVED
  atomic { ungated = at_rest; CLAIM(behind_the_gate, !ungated || mode != kHold) }
#endif
}
#endif

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
