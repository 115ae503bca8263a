/* SPDX-License-Identifier: Apache-2.0 */
/* A worker, request after request: shared/memory/gate.h and mod_cutover/httpd/hold/hold.cpp. */
byte kills = 0;

/* No request begins at one side while another is still at the other, if it was waited for. */
inline begin(i, side) {
  d_step {
    worker[i] = (side == kOld -> kAtOld : kAtNew) claim_let_in(side);
    for (k : 0 .. WORKERS - 1) {
      CLAIM(one_side, k == i || too_late(k) || worker[k] != (side == kOld -> kAtNew : kAtOld))
    }
    k = 0
  }
}

/* It is not sent to a fenced database, reads nothing old, and writes once. Who was left behind may
 * come too late: the fence refuses him, and what a database takes that came back without one is
 * found and flagged. */
inline finish(i, side) {
  d_step {
#ifndef NO_DATABASES
    if
    :: too_late(i) ->
       if
       :: !read_only[side] ->
          data[side] = data[side] | request_at(side);
          if :: unseen && mode != side -> not_ours = not_ours | request_at(side) :: else fi
       :: else
       fi
    :: !too_late(i) && read_only[side] -> CLAIM(not_fenced, excused(side))
    :: else ->
       CLAIM(nothing_old, (data[other(side)] & ~data[side] & ~not_ours & ~of_root) == 0 || resolved ||
                          in_doubt_with_reason || (row_was_owed && was_said));
       data[side] = data[side] | request_at(side)
    fi;
#endif
    come_to_rest(i)
  }
}

#define lets_own_through (quieting || (mode == kHold && at_deadline != kRefuse))

proctype Worker(byte i) {
  byte k;
  do
#ifdef MISTAKE_LOOK_BEFORE_COUNTING
  :: atomic { worker[i] == kIdle && !closing && mode == kOld -> worker[i] = kDecided }
  :: atomic { worker[i] == kDecided -> begin(i, kOld) }
#endif
#ifdef MISTAKE_NOT_COUNTED_WHILE_QUIETENED
  :: atomic { worker[i] == kCountedIn && quieting && mode == kOld -> worker[i] = kDecided }
  :: atomic { worker[i] == kDecided -> begin(i, kOld) }
#endif
  :: atomic { worker[i] == kIdle && !closing -> worker[i] = kCountedIn }
  :: atomic { worker[i] == kCountedIn && mode == kOld -> begin(i, kOld) }
  :: atomic { worker[i] == kCountedIn && mode == kNew -> begin(i, kNew) }
  :: atomic { worker[i] == kCountedIn && (mode == kHold || quieting) -> worker[i] = kHeld }
#ifdef ENDLESS
  :: atomic { (worker[i] == kAtOld || worker[i] == kAtNew) && !endless[i] -> endless[i] = 1 }
#endif
#ifdef SILENT
  :: atomic { worker[i] == kAtOld && silent -> come_to_rest(i) } /* fails */
#endif
  :: atomic { worker[i] == kAtOld && !is_silent(kOld) -> finish(i, kOld) }
  :: atomic { worker[i] == kAtNew -> finish(i, kNew) }
  :: atomic { worker[i] == kHeld && mode != kHold && !quieting -> worker[i] = kCountedIn }

#ifdef SELF_CALLS
  /* Somebody in flight waits for it, and the word names a side for the deadline: it counts itself in,
   * reads again, and goes there, or is held as any other. */
  :: atomic { worker[i] == kHeld && lets_own_through && !comparing -> worker[i] = kAsOwn }
#ifdef MISTAKE_SELF_CALL_BEHIND_THE_SEAL
  :: atomic { worker[i] == kHeld && mode == kHold && !comparing -> worker[i] = kAsOwn }
  :: atomic { worker[i] == kAsOwn && mode == kHold && at_deadline == kRefuse -> begin(i, kOld) }
#endif
#ifdef MISTAKE_SELF_CALL_NOT_COUNTED
  :: atomic { worker[i] == kAsOwn && mode == kHold && at_deadline == kOld -> worker[i] = kDecided }
  :: atomic { worker[i] == kDecided -> begin(i, kOld) }
#endif
  :: atomic { worker[i] == kAsOwn ->
       if
       :: lets_own_through && at_deadline == kOld -> begin(i, kOld)
       :: lets_own_through && at_deadline == kNew -> begin(i, kNew)
       :: !lets_own_through -> worker[i] = kHeld
       fi }
#endif

  /* Its time is up. It counts itself in, reads again, and acts on that. */
#ifdef MISTAKE_DEADLINE_ALWAYS_OLD
  :: atomic { worker[i] == kHeld && (mode == kHold || quieting) -> worker[i] = kAtDeadline }
  :: atomic { worker[i] == kAtDeadline -> begin(i, kOld) }
#else
#ifdef MISTAKE_DEADLINE_NOT_READ_AGAIN
  :: atomic { worker[i] == kHeld && mode == kHold && at_deadline == kRefuse -> worker[i] = kIdle }
  :: atomic { worker[i] == kHeld && mode == kHold && at_deadline == kOld -> worker[i] = kDecided }
  :: atomic { worker[i] == kDecided -> begin(i, kOld) }
#else
  :: atomic { worker[i] == kHeld && (mode == kHold || quieting) && !comparing -> worker[i] = kAtDeadline }
  :: atomic { worker[i] == kAtDeadline ->
       if
       :: mode == kOld || (mode == kHold && at_deadline == kOld) -> begin(i, kOld)
       :: mode == kNew || (mode == kHold && at_deadline == kNew) -> begin(i, kNew)
       :: mode == kHold && at_deadline == kRefuse -> worker[i] = kIdle /* 503 */
       fi }
#endif
#endif

#ifdef MISTAKE_SITE_GONE_FROM_CONFIGURATION
  :: atomic { worker[i] == kCountedIn && i == 1 -> begin(i, kOld) } /* no gate any more */
#endif

  /* Killed: what its database session still does is a direct writer's. */
  :: atomic { kills < KILLS && in_flight(i) && worker[i] != kDead -> kills++; worker[i] = kDead }
  :: atomic { worker[i] == kDead -> come_to_rest(i) }
  od
}
