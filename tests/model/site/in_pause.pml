/* SPDX-License-Identifier: Apache-2.0 */
/* mod_cutover/cutoverd/run/in_pause.cpp: the hook fenced, run behind the fence; something is done by it,
 * wherever the run ends then, which only the hook unfence takes back. The hooks fence, unfence and promote
 * are the statements of databases.pml, by whoever sends them. */
#ifdef HOOKS
bool told = 0;
#define tells_fenced (is_turned -> kReached : kReachedToTell)
#define has_fenced 1

/* Past the fence it may have been run, and nobody knows how far it came. */
inline effect_tell_fenced() {
  told = 1;
  crash_point();
  if
  :: true
  :: event = kNotTold
  :: event = kAborted
  fi;
#ifdef NO_DATABASES
  if :: event == 0 -> event = (proves -> kSealedToProve : kSealedWithoutDatabases) :: else fi
#endif
}

#ifdef MISTAKE_FENCED_IS_NOT_TAKEN_BACK
#define take_back_what_was_told
#else
#define take_back_what_was_told if :: !is_turned -> told = 0 :: else fi;
#endif
/* A failed proof's way back. */
#define returns_what_was_told if :: is_turned && proved -> told = 0 :: else fi;
#define nothing_is_told CLAIM(taken_back, !told);
/* It was done for the side that serves now; on the way back from a proof it was not. */
#define what_was_told_stands CLAIM(taken_back, !is_turned || !told); told = 0;
/* The same for who finds the record of it. */
#define what_is_recorded_stands \
  CLAIM(taken_back, !told || r_phase == journal_kRelease || r_phase == journal_kProve); told = 0;

/* Without databases it is the journal that says that it may have been run. */
#ifdef MISTAKE_FENCED_IS_FORGOTTEN
#define resume_without_databases resume = resume_kServe
#else
#define resume_without_databases \
  resume = (r_phase == journal_kFence || r_phase == journal_kUndo -> resume_kUndo : resume_kServe)
#endif
#else
#define tells_fenced kReached
#define has_fenced 0
inline effect_tell_fenced() { skip }
#define take_back_what_was_told
#define returns_what_was_told
#define nothing_is_told
#define what_was_told_stands
#define what_is_recorded_stands
#define resume_without_databases resume = resume_kServe
#endif

/* SiteRecovery::undo_what_was_told, and undo(). */
#ifdef NO_DATABASES
#define undo_it set_word(kHold, kRefuse); phase = kUndoing; event = kNotUndone
#else
#define undo_it undo()
#endif
