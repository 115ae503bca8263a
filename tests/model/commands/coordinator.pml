/* SPDX-License-Identifier: Apache-2.0 */
/* A site's thread in cutoverd: one command after the other. */

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
  atomic { if :: lock_owner == g -> lock_owner = kNobody :: else fi; launched[g] = 0 }
}
