/* SPDX-License-Identifier: Apache-2.0 */
/* mod_cutover/cutoverd/site/resolve.cpp, and of recovery what carries a person's word out, pays for it, or
 * goes by the databases alone. */

/* A person's word that is on the disk: the other is fenced, and what it holds is what its writes are
 * compared with from then on; then `side` is made the writer. */
inline finish_resolve() {
#ifdef SILENT
  if
  :: fence_owed && !is_silent(other(r_side)) -> set_writable(other(r_side), kFenceIt)
  :: fence_owed && is_silent(other(r_side)) -> proved = 1
  :: !fence_owed -> proved = 1
  fi;
  if :: proved && read_only[other(r_side)] && !is_silent(other(r_side)) -> r_fence_owed = 0 :: else fi;
#else
  set_writable(other(r_side), kFenceIt);
#endif
  if
  :: proved && fence_owed ->
     crash_point();
     set_writable(r_side, kUnfenceIt);
     decided = proved;
#ifdef HALF
     if :: proved -> apply_nothing() :: else fi
#endif
  :: proved && !fence_owed ->
     in_role(other(r_side));
     r_position = data[other(r_side)];
     crash_point();
     set_writable(r_side, kUnfenceIt);
     if :: proved -> in_role(r_side) :: else fi;
     decided = proved;
#ifdef HALF
     if :: proved -> apply_nothing() :: else fi
#endif
  :: !proved
  fi
}

/* SiteRecovery::apply_nothing: before the word, since the other may have what a person has given up. */
#ifdef HALF
inline apply_nothing() {
#ifndef MISTAKE_RESOLVED_BEFORE_THE_APPLIER_STOPS
  stop_applying(r_side);
  if :: !proved -> settling = 1 :: proved fi;
#endif
  proved = 0;
  r_owed = 1
}
#endif

/* Keeper::pay_fence: before anything else, when the other one answers again. */
#ifdef SILENT
inline pay_fence() {
  set_writable(other(r_side), kFenceIt);
  if
  :: atomic { proved -> in_role(other(r_side)); r_fence_owed = 0;
       if :: wrote_beyond(other(r_side), r_position) -> r_in_doubt = 1 :: else fi };
     write(); rest_unwritten = !written
  :: !proved
  fi;
  proved = 0
}
#endif

#if defined(RESOLVE) || defined(SILENT)
/* resolve.cpp: a person says who serves. It is recorded before the first statement. (Where the other
 * cannot be fenced the code puts the record back; here it is tried again.) */
inline resolve(side) {
  take_command();
#ifdef MISTAKE_RESOLVED_WITHOUT_A_HOLD
  skip;
#else
  if
  :: mode != side -> set_word(kHold, kRefuse); all_out()
  :: else
  fi;
#endif
#ifdef SILENT
  atomic {
    r_side = side; r_in_doubt = 0; resolved = 1; given_up = 1;
#ifndef MISTAKE_AN_OWED_FENCE_IS_FORGOTTEN
    r_fence_owed = 1;
#endif
#ifndef MISTAKE_RESOLVED_BEFORE_IT_IS_RECORDED
    r_phase = journal_kResolve;
    write()
#endif
  };
#else
  atomic { r_side = side; r_in_doubt = 0; r_phase = journal_kResolve; resolved = 1 };
  write();
#endif
  crash_point();
  finish_resolve();
  before = 0
}
#endif

/* Site::adopt: no record. Both databases are read; exactly one must be writable. */
inline adopt() {
  set_word(kHold, kRefuse);
#ifndef MISTAKE_ADOPT_WITHOUT_KILL
  take_command();
#endif
  mine_read_only = read_only[kOld];
  theirs_read_only = read_only[kNew];
  if
#ifdef UNREAD
  :: unread < 1 -> unread++;
#ifdef MISTAKE_ADOPT_OLD_UNREAD
     r_side = kOld; decided = 1
#endif
#endif
  :: !mine_read_only && theirs_read_only -> r_side = kOld; decided = 1
  :: mine_read_only && !theirs_read_only -> r_side = kNew; decided = 1
#ifdef MISTAKE_ADOPT_OLD_BY_DEFAULT
  :: !mine_read_only && !theirs_read_only -> r_side = kOld; decided = 1
#else
  :: !mine_read_only && !theirs_read_only -> adoption_waits()
#endif
  :: mine_read_only && theirs_read_only -> adoption_waits()
  fi;
  if :: decided -> r_position = data[r_side]; rest_at() :: !decided fi;
  forget_evidence()
}

inline adoption_waits() {
  atomic {
    waits_for_a_person = 1;
    (read_only[kOld] != mine_read_only || read_only[kNew] != theirs_read_only) ->
    waits_for_a_person = 0
  }
}
