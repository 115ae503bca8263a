/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a coordinator, and hooks: the programs that it runs beside everything. */

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
