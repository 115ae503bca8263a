/* SPDX-License-Identifier: Apache-2.0 */
/* mod_cutover/cutoverd/run/proof.cpp: the new host is asked for real pages once its database is the
 * writer, and the way back from there. It is the same run, with its sides turned round. */
#ifdef PROOF
#define is_turned turned
#define proves (!turned && !resumed && arriving == kNew)
/* A recovered RETURN names who was to serve. */
#define returns (phase == kProving && event == kProofFailed)
#define is_resumed resumed = 1;
#define forget_the_proof ; turned = 0; resumed = 0; armed = 0; promoted_at = 0; seen_open = 0
#else
#define is_turned 0
#define proves 0
#define returns 0
#define is_resumed
#define forget_the_proof
#endif

/* Run::aborted: the word that led to a way back does not turn it round again. */
#ifdef MISTAKE_ABORT_HEARD_ON_THE_WAY_BACK
#define hears_abort 1
#else
#define hears_abort (!is_turned)
#endif

/* RETURN stands before the first statement of the way back is sent: from then on nobody is let in. */
#ifdef PROOF
#ifdef MISTAKE_RETURN_POSITION_BEFORE_FENCE
#define nobody_goes_there if :: turned -> shut = 1; r_position = data[leaving] :: !turned fi;
#define position_of_the_leaving_one if :: !turned -> r_position = data[leaving] :: turned fi
#else
#define nobody_goes_there if :: turned -> shut = 1 :: !turned fi;
#define position_of_the_leaving_one r_position = data[leaving]
#endif
#else
#define nobody_goes_there
#define position_of_the_leaving_one r_position = data[leaving]
#endif

/* Whatever a run had come to: a way back is begun anew. */
#ifdef PROOF
#define shut_by_its_record if :: r_phase == journal_kReturn -> shut = 1 :: else fi;
#else
#define shut_by_its_record
#endif
#ifdef MISTAKE_RETURN_AS_A_FENCE
#define return_as_a_fence if :: r_phase == journal_kReturn -> resume = resume_kUndo :: else fi;
#else
#define return_as_a_fence
#endif

/* The way back has failed: whoever finds PROVE serves that side after all. */
#ifdef PROOF
#define that_it_is_kept shut = 0
#else
#define that_it_is_kept skip
#endif

#ifdef MISTAKE_RETURN_RECORDED_AFTER_THE_FENCE
#define return_after_the_fence ; return_is_recorded()
inline return_is_recorded() {
  if
  :: turned && event == kFenced ->
     crash_point();
     r_phase = journal_kReturn; r_side = leaving; write();
     if :: !written -> event = kRecordFailed :: written fi
  :: else
  fi
}
#else
#define return_after_the_fence
#endif

#if defined(MISTAKE_RETURN_POSITION_BEFORE_FENCE) || defined(MISTAKE_RETURN_WITHOUT_A_RE_CHECK)
#define not_compared turned
#else
#define not_compared 0
#endif

/* What came back writable is seen by whoever goes back there: it is not opened beside another one. */
#ifdef PROOF
#define sees_the_arriving_one if :: turned && !read_only[arriving] -> seen_open = 1 :: else fi;
#else
#define sees_the_arriving_one
#endif

/* Run::unfence: the other may have come back writable meanwhile, which is why the way back failed. */
#if defined(PROOF) && !defined(MISTAKE_KEPT_BESIDE_A_WRITER)
#define unfence_the_leaving_one fence_and_unfence()
inline fence_and_unfence() {
  if
  :: turned && !read_only[arriving] -> set_writable(arriving, kFenceIt)
  :: else -> proved = 1
  fi;
  if :: proved -> set_writable(leaving, kUnfenceIt) :: !proved fi
}
#else
#define unfence_the_leaving_one set_writable(leaving, kUnfenceIt)
#endif

#ifdef MISTAKE_RETURN_WITHOUT_ITS_POSITION
#define not_waited_for turned
#else
#define not_waited_for 0
#endif

#ifdef MISTAKE_RETURN_WORD_BEFORE_PROMOTE_PROVED
#define word_of_the_return if :: turned -> set_word(arriving, arriving); shut = 0 :: !turned fi;
#else
#define word_of_the_return
#endif

/* Run::record: of a run that was turned round REST keeps the position of the one that was left. */
#ifdef MISTAKE_RETURNED_AT_THE_FIRST_POSITION
#define rest_as_promoted ; if :: turned -> r_position = promoted_at :: !turned fi
#else
#define rest_as_promoted
#endif

/* Run::leads_back: the link is armed, and that is known. */
#ifdef PROOF
#define know_whether_it_leads_back ; is_armed()
inline is_armed() {
  if
  :: atomic { phase == kProving && link[arriving] && applies(leaving) && !wrote_beyond(leaving, r_position) ->
       armed = 1 }
  :: phase == kProving && unknowns < UNKNOWNS -> unknowns++
  :: phase != kProving || !link[arriving] || !applies(leaving) || wrote_beyond(leaving, r_position)
  fi
}
#else
#define know_whether_it_leads_back
#endif

/* A page may write, like any other. */
inline effect_prove() {
#if defined(PROOF) && !defined(NO_DATABASES)
  if
  :: atomic { !read_only[arriving] -> data[arriving] = data[arriving] | of_the_proof }
  :: true
  fi;
  if
  :: event = kProofPassed
  :: armed -> event = kProofFailed
  :: armed -> event = kAborted
  :: !armed -> event = kProofWarns
  fi
#else
  if :: event = kProofPassed :: event = kProofFailedEarly fi
#endif
}

/* Run::turn_round: the second time the way back has failed, and the run goes on from where it began. */
inline effect_turn_round() {
#ifdef PROOF
  atomic {
    leaving = arriving; arriving = other(leaving);
    turned = !turned;
    if
    :: turned -> promoted_at = r_position;
#ifdef THROUGH
       looked_last = 0
#endif
    :: !turned -> r_position = promoted_at; shut = 0;
#ifdef THROUGH
       looked_last = 1
#endif
    fi
  }
#else
  skip
#endif
}
