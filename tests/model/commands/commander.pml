/* SPDX-License-Identifier: Apache-2.0 */
/* cutoverctl and the page: each says a few words and waits for what it is told. */

/* Site::submit. Whoever is refused at once is told so at once. */
inline submit(c) {
  atomic {
    if
    :: lock_owner != kNobody ->
       g = lock_owner;
#ifdef MISTAKE_BUSY_NOT_ASKED
       if :: !leaving_[g] && !(g == 1 && forgotten) ->
#else
       if :: !leaving_[g] && !(g == 1 && forgotten) && !busy[g] && pending[g] == 0 ->
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
