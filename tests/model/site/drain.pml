/* SPDX-License-Identifier: Apache-2.0 */
/* mod_cutover/cutoverd/run/drain.cpp: who is waited for, who is left behind, and the second sum. */

/* The slots are summed one after the other. */
inline effect_await_drain() {
  i = 0;
#ifdef STRAGGLERS
  atomic { await_again(); leaves = 0 }
#endif
  do
  :: atomic { i < WORKERS && !awaited(i) -> i++ }
  :: i == WORKERS -> if :: event = kDrained :: event = kDrainedInRehearsal fi; break
  :: atomic { i < WORKERS && awaited(i) -> event = kDrainTimedOut }; break
  :: atomic { i < WORKERS && awaited(i) -> event = kAborted }; break
#ifdef STRAGGLERS
  :: atomic { i < WORKERS && awaited(i) && !leaves -> leave_behind(); leaves = 1; i = 0 }
#endif
  od;
  i = 0;
#ifdef STRAGGLERS
  if :: event == kDrained && leaves -> event = kStragglersLeft :: else fi;
#endif
#ifdef MISTAKE_POSITION_BEFORE_FENCE
  r_position = data[leaving]
#endif
}

/* Reads, and changes nothing: what it finds is any of three. */
inline effect_rehearse_catch_up() {
  if :: event = kRehearsed :: event = kNotRehearsed :: event = kNotReady :: event = kAborted fi
}

#ifdef STRAGGLERS
bool leaves = 0;
/* Who was left behind at the other side is waited for no more. */
inline await_again() {
  for (i : 0 .. WORKERS - 1) {
    left[i] = left[i] && worker[i] == (leaving == kOld -> kAtNew : kAtOld)
  }
  i = 0
}

inline leave_behind() {
  for (i : 0 .. WORKERS - 1) { left[i] = left[i] || can_be_left(i); was_left[i] = was_left[i] || left[i] }
  i = 0
}
#endif

inline effect_sum_again() {
  i = 0;
#ifdef MISTAKE_STRAGGLERS_BY_NUMBER
  /* Not those: as many. */
  atomic {
    for (i : 0 .. WORKERS - 1) { if :: leaves && in_flight(i) -> leaves = 0; left[i] = 1 :: else fi }
    i = 0
  }
#endif
#ifndef MISTAKE_NO_SECOND_SUM
  do
  :: atomic { i < WORKERS && !awaited(i) -> i++ }
  :: i == WORKERS -> break
  :: atomic { i < WORKERS && awaited(i) -> event = kNotSealed }; break
  od;
#endif
  i = 0;
#ifdef NO_DATABASES
  if :: event == 0 -> event = (has_fenced -> kSealedToTell : (proves -> kSealedToProve : kSealedWithoutDatabases)) :: else fi
#else
  if :: event == 0 -> event = kSealed :: else fi
#endif
}

/* Those that never end. What our fence covers may go on; where there is none all must have ended. */
inline effect_close_endless() {
#if defined(ENDLESS) && defined(NO_DATABASES) && !defined(MISTAKE_ENDLESS_NOT_WAITED_FOR)
  i = 0;
  do
  :: atomic { i < WORKERS && !endless_at(i, leaving) -> i++ }
  :: i == WORKERS -> break
  :: atomic { i < WORKERS && endless_at(i, leaving) -> event = kNotSealed }; break
  od;
  i = 0
#else
  skip
#endif
}
