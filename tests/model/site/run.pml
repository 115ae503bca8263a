/* SPDX-License-Identifier: Apache-2.0 */
/* mod_cutover/cutoverd/run/run.cpp and effects.cpp: the driver that walks the printed table, and what
 * each effect does. An effect that answers sets `event`; one that does not lets the next one run. */

inline walk() {
  step();
  do
  :: next_effect();
     if
     :: effect == 0 -> CLAIM(every_row, phase == kServing); break
     :: effect >= effect_kRecordDrain && effect <= effect_kRecordRest -> effect_record()
     :: effect == effect_kRecordProve || effect == effect_kRecordReturn -> effect_record()
     :: effect == effect_kProve -> effect_prove()
     :: effect == effect_kTurnRound -> effect_turn_round()
     :: effect == effect_kHoldSlow -> quieting = 1
     :: effect == effect_kAwaitQuiet -> if :: event = kQuiet :: event = kNeverQuiet :: event = kAborted fi
     :: effect == effect_kHold -> set_word(kHold, leaving)
     :: effect == effect_kSeal -> effect_seal()
     :: effect == effect_kServeLeaving -> nothing_is_told set_word(leaving, leaving)
     :: effect == effect_kServeArriving ->
        atomic {
          what_was_told_stands
          moved = !is_turned; mode = arriving; at_deadline = arriving; quieting = 0 open_again(arriving);
#ifdef HALF
          settling = 1
#endif
        }
     :: effect == effect_kAwaitDrain -> effect_await_drain()
     :: effect == effect_kSumAgain -> effect_sum_again()
     :: effect == effect_kCloseEndless -> effect_close_endless()
     :: effect == effect_kFence -> effect_fence()
     :: effect == effect_kReadPosition -> effect_read_position()
     :: effect == effect_kAwaitPosition -> effect_await_position()
     :: effect == effect_kRecheck -> effect_recheck()
     :: effect == effect_kPromote -> effect_promote()
     :: effect == effect_kRemember -> effect_remember()
     :: effect == effect_kArmWayBack -> effect_arm_way_back()
     :: effect == effect_kUnfence -> effect_unfence()
     :: effect == effect_kTellFenced -> effect_tell_fenced()
     :: effect == effect_kLastLook -> last_look()
     :: effect == effect_kPause
     :: effect == effect_kRehearseCatchUp -> effect_rehearse_catch_up()
     :: effect == effect_kFinish -> if :: phase == kReleasing -> event = kReleased :: else fi
     fi;
     crash_point();
     if :: event != 0 -> step() :: else fi
  od;
  atomic { effect = 0; effects = 0; at = 0 }
}

/* Run::write for what must stand before an act, Run::write_anyway for what must not wait. Without
 * databases the release is one of the former: nothing else says then who serves. */
#ifdef NO_DATABASES
#define LAST_THAT_MUST_STAND effect_kRecordRelease
#else
#define LAST_THAT_MUST_STAND effect_kRecordPromote
#endif
#define must_stand (effect <= LAST_THAT_MUST_STAND || effect == effect_kRecordReturn)
inline effect_record() {
  atomic {
    r_side = leaving;
    if
    :: effect == effect_kRecordDrain -> r_phase = journal_kDrain
    :: effect == effect_kRecordFence -> r_phase = journal_kFence
    :: effect == effect_kRecordCatch -> r_phase = journal_kCatch
#ifdef MISTAKE_PROMOTE_RECORDED_AFTER_THE_ACT
    :: effect == effect_kRecordPromote
#else
    :: effect == effect_kRecordPromote -> r_phase = journal_kPromote; next_epoch(); owe_links()
#endif
    :: effect == effect_kRecordRelease -> r_phase = journal_kRelease; r_side = arriving
    :: effect == effect_kRecordProve -> r_phase = journal_kProve; if :: is_turned -> that_it_is_kept :: else -> r_side = arriving fi
#ifdef MISTAKE_RETURN_RECORDED_AFTER_THE_FENCE
    :: effect == effect_kRecordReturn
#else
    :: effect == effect_kRecordReturn -> r_phase = journal_kReturn
#endif
    :: effect == effect_kRecordUndo -> r_phase = journal_kUndo
    :: effect == effect_kRecordRest ->
       r_phase = journal_kRest;
       if :: moved || is_turned -> r_side = arriving :: else fi
       rest_as_promoted
    fi
  }
  write();
  if
  :: must_stand && !written -> event = kRecordFailed
  :: !must_stand -> rest_unwritten = !written
  :: must_stand && written
  fi
#ifdef MISTAKE_WORD_BEFORE_PROMOTE_PROVED
  ; if :: effect == effect_kRecordPromote -> set_word(arriving, arriving) :: else fi
#endif
}

inline effect_seal() {
#ifndef MISTAKE_SEAL_AFTER_FENCE
  set_word(kHold, kRefuse)
#else
  skip
#endif
}

inline effect_fence() {
  nobody_goes_there
  set_writable(leaving, kFenceIt);
#ifdef MISTAKE_SEAL_AFTER_FENCE
  set_word(kHold, kRefuse);
#endif
  if
  :: !proved -> event = kFenceFailed
  :: proved -> event = kFenced
  :: proved && hears_abort -> event = kAborted
  fi
  return_after_the_fence
}

inline effect_read_position() {
#ifndef MISTAKE_POSITION_BEFORE_FENCE
  position_of_the_leaving_one
#else
  skip
#endif
}

/* With the last look: an abort, or the new host's httpd gone. With a hook fenced that comes behind it. */
inline effect_await_position() {
  if
  :: has_applied(arriving, r_position) || not_waited_for -> event = tells_fenced
  :: event = kNotReached
  :: event = kNotReady
  :: hears_abort -> event = kAborted
  fi
}

inline last_look() {
  if :: event = kReached :: event = kNotReady :: hears_abort -> event = kAborted fi
}

/* Three readings, one after the other; any of them may fail. */
inline effect_recheck() {
#if defined(MISTAKE_POSITION_BEFORE_FENCE) || defined(MISTAKE_NO_RECHECK)
  atomic { event = kStillTrue; looked_last = 1 }
#else
  if
  :: !read_only[leaving] -> event = kNoLongerTrue
  :: event = kNoLongerTrue
  :: atomic { read_only[leaving] -> looked_last = 1 };
     if
     :: data[leaving] != r_position && !not_compared -> event = kNoLongerTrue
     :: data[leaving] == r_position || not_compared ->
        sees_the_arriving_one
        if
        :: wrote_beyond(arriving, r_position) -> event = kNoLongerTrue
        :: !wrote_beyond(arriving, r_position) -> event = kStillTrue
        fi
     fi
  fi
#endif
}

/* Without a ring its replication is stopped and forgotten first. */
inline effect_promote() {
  if
  :: link[arriving]
  :: !link[arriving] -> link[leaving] = 0; crash_point()
  fi;
  word_of_the_return
  set_writable(arriving, kUnfenceIt);
  returns_what_was_told
  if
  :: proved -> event = (proves -> kPromotedToProve : kPromoted)
  :: !proved -> event = kNotProved
  fi;
#ifdef MISTAKE_PROMOTE_RECORDED_AFTER_THE_ACT
  if :: event == kPromoted -> r_phase = journal_kPromote; write() :: else fi
#endif
}

/* Run::remember: the row may fail, and the word goes all the same. */
inline effect_remember() {
#ifdef EPOCHS
  if
  :: atomic { row_epoch[arriving] = r_epoch; row_side[arriving] = arriving; r_remembered = r_epoch }
  :: true
  fi
#else
  skip
#endif
}

/* Replication::arm_way_back looks once more before it builds a link. */
inline effect_arm_way_back() {
#ifdef HALF
  after_flip(arriving);
#endif
  if
  :: wrote_beyond(leaving, r_position)
  :: !wrote_beyond(leaving, r_position) -> arm_way_back(leaving)
  fi
  know_whether_it_leads_back
}

/* after_flip.cpp: the applier of the one that serves stops, the other's starts. What cannot be done stays
 * owed, and the keeper repeats it. */
#ifdef HALF
inline after_flip(side) {
#ifndef MISTAKE_AN_APPLIER_LEFT_RUNNING
  stop_applying(side);
#else
  proved = 1;
#endif
  crash_point();
  atomic {
    if
    :: read_only[other(side)] && !wrote_beyond(other(side), r_position) ->
       stopped[other(side)] = 0;
       if :: proved -> r_owed = 0; settling = !stopped[side] :: else fi
    :: else
    fi
  }
}
#endif

inline arm_way_back(replica) {
  if
  :: atomic { !link[other(replica)] && read_only[replica] && !wrote_beyond(replica, r_position) ->
       link[other(replica)] = 1 }
  :: else
  fi
}

inline effect_unfence() {
  take_back_what_was_told
#ifdef MISTAKE_WORD_BEFORE_UNFENCE_PROVED
  set_word(leaving, leaving);
#endif
#ifdef NO_DATABASES
  proved = 1;
#else
  unfence_the_leaving_one;
#endif
  if
  :: proved -> event = kUndone
  :: !proved -> event = kNotUndone
  fi
}
