/* SPDX-License-Identifier: Apache-2.0 */
/* mod_cutover/cutoverd/site/recovery.cpp, recovery_rows.cpp, keeper.cpp: what a coordinator does
 * with the row that recover() finds, after a start and, at rest, at every tick. At its end somebody
 * serves (`decided`), or a run is to go on (`phase`, `event`), or it looks again. */

/* Site::look: the readings, one after the other; first whether a server was started anew. */
inline look() {
  atomic { mine_restarted = proved_anew[r_side]; theirs_restarted = proved_anew[other(r_side)] };
  atomic {
    mine_read_only = read_only[r_side];
    looked_last = 1;
    if :: r_phase == journal_kPromote -> unseen = 0 :: else fi
  };
  theirs_read_only = read_only[other(r_side)];
  mine_moved = wrote_beyond(r_side, r_position);
  theirs_moved = wrote_beyond(other(r_side), r_position);
  link_alive = link[r_side];
  unexplained = theirs_moved && !current &&
                (!mine_read_only || (data[other(r_side)] & ~data[r_side]) != 0)
}

/* SiteRecovery::is_older_than_the_servers, go_by: the highest row of both says who serves, and in which
 * epoch; a journal below it is an old one, or lost. */
#ifdef EPOCHS
#ifdef MISTAKE_THE_FIRST_ROW_DECIDES
#define newest (row_epoch[kOld] != 0 -> kOld : kNew)
#else
#define newest (row_epoch[kNew] > row_epoch[kOld] -> kNew : kOld)
#endif
inline compare_epochs() {
  atomic {
    if
#ifndef MISTAKE_A_RESTORED_JOURNAL_IS_BELIEVED
    :: row_epoch[newest] > r_epoch ->
       r_epoch = row_epoch[newest] + 1; r_remembered = 0;
       r_side = row_side[newest]; r_position = data[r_side]; r_phase = journal_kRest; r_in_doubt = 0
#endif
    :: row_epoch[newest] == r_epoch && r_epoch != 0 -> current = 1
    :: else
    fi
  }
}

/* Keeper::remember: the serving one is told so; at rest, when all is well. */
inline remember() {
  atomic { row_epoch[r_side] = r_epoch; row_side[r_side] = r_side; r_remembered = r_epoch };
  write();
  rest_unwritten = !written
}
#endif

/* Lives::in_role: what was put back, or is seen in its role, has nothing to be put back. */
#ifdef MISTAKE_A_RESTART_EXCUSES_FOR_EVER
#define in_role(side) not_yet_seen[side] = 0
#else
#define in_role(side) proved_anew[side] = 0; not_yet_seen[side] = 0
#endif

/* Footing::drain. A record may be stale: where UNDO could not be written, the side that PROMOTE leaves
 * serves. */
inline all_out() {
  i = 0;
  do
  :: atomic { i < WORKERS && !awaited(i) -> i++ }
  :: i == WORKERS -> break
  od;
  i = 0
}

/* Footing::close_endless. What a fence covers may go on. */
#if defined(ENDLESS) && defined(NO_DATABASES)
inline none_endless_at(side) {
  do
  :: atomic { i < WORKERS && !endless_at(i, side) -> i++ }
  :: i == WORKERS -> break
  od;
  i = 0
}
#else
#define none_endless_at(side) skip
#endif

/* The hold first, wherever a run was interrupted; the word is never evidence. */
inline recover_once() {
  if :: !at_rest(r_phase) -> set_word(kHold, kRefuse) :: at_rest(r_phase) fi;
  shut_by_its_record
#ifndef MISTAKE_FORWARD_WITHOUT_A_DRAIN
  if
  :: r_phase == journal_kPromote || r_phase == journal_kReturn || r_phase == journal_kResolve -> all_out()
  :: else
  fi;
#endif
#ifdef NO_DATABASES
  resume_without_databases;
#else
  take_command();
  look();
  recover();
  return_as_a_fence
#ifdef MISTAKE_UNDO_FROM_PROMOTE
  if :: r_phase == journal_kPromote -> resume = resume_kUndo :: else fi;
#endif
#ifdef MISTAKE_READ_ONLY_IS_PROOF
  if :: r_phase == journal_kPromote && theirs_read_only -> resume = resume_kUndo :: else fi;
#endif
#endif
  if
  :: resume == resume_kServe ->
#if !defined(NO_DATABASES) && !defined(SILENT)
     CLAIM(whole_state, !mine_read_only && theirs_read_only && (!theirs_moved || r_in_doubt));
#endif
     atomic { in_role(r_side); in_role(other(r_side)) };
     decided = 1
  :: resume == resume_kServeSaid && !fence_owed -> somebody_must_look()
  :: resume == resume_kServeSaid && fence_owed -> decided = 1 /* the keeper fences */
#ifdef SILENT
  :: resume == resume_kServeOwing ->
     set_writable(r_side, kUnfenceIt);
     if :: proved -> r_fence_owed = 1; decided = 1 :: !proved fi
  :: resume == resume_kForwardOwing ->
     if
     :: has_applied(other(r_side), r_position) -> r_fence_owed = 1; phase = kPromoting; event = kNotProved
     :: else
     fi
  :: resume == resume_kLookAgain || (resume == resume_kInDoubt && silent)
#endif
  :: resume == resume_kStay -> stay()
  :: resume == resume_kResolve -> finish_resolve()
  :: resume == resume_kServeUnfence || resume == resume_kServeFlag ||
     resume == resume_kServeFenceOther -> serve()
  :: resume == resume_kUndo || resume == resume_kFenceOtherUndo -> undo_it
  :: resume == resume_kReturn -> phase = kProving; event = kProofFailed
  :: resume == resume_kForward -> phase = kPromoting; event = kNotProved
  :: resume == resume_kFenceForward || resume == resume_kFenceFlagForward ||
     resume == resume_kCatchUpForward -> fence_and_forward()
  :: resume == resume_kInDoubt && !is_silent(kOld) -> set_word(kHold, kRefuse); wait_for_a_person()
  fi;
  if :: decided -> rest_at() :: !decided fi;
  resume = 0;
  forget_evidence()
}

inline forget_evidence() {
  atomic {
    mine_read_only = 0; theirs_read_only = 0; mine_moved = 0; theirs_moved = 0; link_alive = 0;
    mine_restarted = 0; theirs_restarted = 0; unexplained = 0
  }
}

inline serve_as_recorded() {
  what_is_recorded_stands if
  :: mode != r_side -> mode = r_side; at_deadline = r_side; comparing = 0
  :: else
  fi;
  quieting = 0
}

/* Footing::rest_at: the word, then the record; then, by the keeper, the way back that a release had not
 * come to. A release may be stale, too, where nothing but the journal says who serves. */
inline rest_at() {
#ifndef MISTAKE_TURNED_WITHOUT_A_DRAIN
  if :: mode == other(r_side) -> set_word(kHold, kRefuse); all_out(); none_endless_at(other(r_side)) :: mode != other(r_side) fi;
#endif
  atomic {
    serve_as_recorded() open_again(r_side);
#ifdef HALF
    if :: r_phase != journal_kResolve && !stopped[r_side] -> settling = 1 :: else fi;
#endif
    released = (r_phase == journal_kRelease || r_phase == journal_kProve);
    r_phase = journal_kRest
  }
  write();
  rest_unwritten = !written;
  if
  :: released && resume == resume_kServeUnfence && !theirs_moved -> arm_way_back(other(r_side))
  :: else
  fi;
  released = 0
}

/* The side that serves is proved writable. Should the other have come back writable too, it is
 * fenced before that: never two writers. Only then is compared what it has. */
inline serve() {
  if
  :: resume == resume_kServeFenceOther ->
     CLAIM(hands_off, !hand[other(r_side)]);
     set_writable(other(r_side), kFenceIt);
     if :: proved -> in_role(other(r_side)) :: else fi
  :: else -> proved = 1
  fi;
  if /* never two writers: a closed one is not opened beside an open one, which is another row's */
  :: !read_only[r_side] || read_only[other(r_side)] ->
     CLAIM(hands_off, !(hand[r_side] && mine_read_only));
     set_writable(r_side, kUnfenceIt)
  :: else -> proved = 0
  fi;
  if
  :: proved ->
     in_role(r_side);
     look();
     decided = !mine_read_only && (theirs_read_only || resume == resume_kServeFenceOther);
     if :: theirs_moved -> r_in_doubt = 1 :: else fi
  :: !proved
  fi
}
/* What the arriving database wrote of its own, fenced by now, is not undone with it. */
inline undo() {
  if
  :: resume == resume_kFenceOtherUndo -> set_writable(other(r_side), kFenceIt)
  :: resume == resume_kUndo -> proved = 1
  fi;
  if
  :: proved ->
     look();
#ifndef MISTAKE_READ_ONLY_IS_PROOF  /* who takes that for proof looks for no writes */
     if :: theirs_moved -> r_in_doubt = 1 :: !theirs_moved fi;
#endif
     phase = kUndoing; event = kNotUndone
  :: !proved
  fi
}

/* The leaving database lost its fence after the point of no return. Where it moved and the link
 * still carries it, the new position is waited for and recorded. */
inline fence_and_forward() {
  set_writable(r_side, kFenceIt);
  if
  :: proved && resume == resume_kFenceFlagForward ->
     r_in_doubt = 1; phase = kPromoting; event = kNotProved
  :: proved && (resume == resume_kCatchUpForward ||
                (resume == resume_kFenceForward && data[r_side] == r_position)) ->
     further = data[r_side];
     if
     :: has_applied(other(r_side), further) ->
        atomic { before = r_position; r_position = further };
        write();
        if
        :: written -> phase = kPromoting; event = kNotProved
        :: !written -> r_position = before
        fi
     :: unknowns < UNKNOWNS -> unknowns++ /* not in time */
     fi
  :: else /* not proved; or moved meanwhile, and another row fits by now */
  fi;
  further = 0; before = 0
}

/* What no restart explains is somebody's hand: nothing is touched, the word stays, and it is said
 * until a database says something else or a person does. */
inline somebody_must_look() {
  atomic {
    said = 1;
#ifdef RESTORED
    was_said = 1;
#endif
    serve_as_recorded()
  };
  wait_for_a_person();
  said = 0
}

/* At a start nobody is let in, unless the side that serves was seen to a moment ago and may do so still. */
#ifdef MISTAKE_SEEN_LATELY_IS_ENOUGH
#define may_serve_still true
#else
#define may_serve_still (!mine_read_only)
#endif
inline stay() {
  if
  :: decided_before -> somebody_must_look()
  :: !decided_before -> set_word(kHold, kRefuse); wait_for_a_person()
  :: !decided_before && may_serve_still -> somebody_must_look()
  fi
}

/* Nothing is decided before a database says something else, or a person does. */
inline wait_for_a_person() {
  atomic {
    waits_for_a_person = 1;
#ifdef SILENT
    saw_silent = silent
#endif
  };
  if
  :: atomic {
       (read_only[r_side] != mine_read_only || read_only[other(r_side)] != theirs_read_only ||
        wrote_beyond(r_side, r_position) != mine_moved ||
        wrote_beyond(other(r_side), r_position) != theirs_moved || link[r_side] != link_alive ||
        proved_anew[r_side] != mine_restarted || proved_anew[other(r_side)] != theirs_restarted) ->
       waits_for_a_person = 0 }
#ifdef SILENT
  :: atomic { saw_silent && !silent -> waits_for_a_person = 0 }
  :: atomic { silent && r_side == kOld && !closing -> waits_for_a_person = 0; before = kNew }; resolve(before)
#endif
#ifdef RESOLVE
  :: atomic { !closing -> waits_for_a_person = 0; before = kOld }; resolve(before)
  :: atomic { !closing -> waits_for_a_person = 0; before = kNew }; resolve(before)
#endif
  fi
}
