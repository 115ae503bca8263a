/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold when everything has come to its end. What must hold on the way stands where it
 * happens: begin() and finish() of worker.pml, take_effect() of databases.pml. */
proctype End() { closing = 1 }

proctype Claims() {
  byte k;
  timeout;
  atomic {
    /* Every held request has ended, with a coordinator and without. */
    for (k : 0 .. WORKERS - 1) { CLAIM(all_end, worker[k] == kIdle) }
#ifdef SILENT
    CLAIM(persons_word, !given_up || (mode == kNew && !read_only[kNew] && read_only[kOld]));
#endif
    if
    :: gone
    :: waits_for_a_person && said -> CLAIM(whole_state, mode == r_side)
    :: waits_for_a_person && !said -> CLAIM(whole_state, mode == kHold && at_deadline == kRefuse)
    :: !gone && !waits_for_a_person ->
       /* No half-state: one side serves, the record says so, and the roles are those. */
       CLAIM(whole_state, r_phase == journal_kRest && disk_phase == journal_kRest);
       CLAIM(whole_state, disk_side == r_side && mode == r_side && at_deadline == r_side && !quieting);
       CLAIM(whole_state, disk_in_doubt == r_in_doubt);
#ifndef NO_DATABASES
       CLAIM(whole_state, !read_only[r_side] && read_only[other(r_side)]);
       CLAIM(whole_state, queued[first_of(kOld)] == 0 && queued[last_of(kOld)] == 0);
       CLAIM(whole_state, queued[first_of(kNew)] == 0 && queued[last_of(kNew)] == 0);
       /* No lost write, or somebody is told. */
       CLAIM(none_lost, in_doubt_with_reason || resolved ||
                        ((data[kOld] | data[kNew]) & ~data[r_side] & ~of_root) == 0);
#ifdef PROOF
       /* Nobody is told to look where there is nothing to be seen. */
       CLAIM(no_false_alarm, !r_in_doubt || in_doubt_with_reason || resolved);
#endif
#ifdef HALF
       /* The other one follows, and the one that serves follows nobody. */
       CLAIM(whole_state, stopped[r_side] && (r_in_doubt || !stopped[other(r_side)]))
#endif
#endif
    fi
  };
done:
  false
}
