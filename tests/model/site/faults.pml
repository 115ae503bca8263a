/* SPDX-License-Identifier: Apache-2.0 */
/* The end of the coordinator. It is its own choice, at every point where it differs from the last:
 * a coordinator that ends while it waits has done no more than one that ends before. */
bool gone = 0; /* for good */

inline httpd_ends() {
  for (i : 0 .. WORKERS - 1) { come_to_rest(i) }
  i = 0
}

inline old_database_restarts() {
  forget_statements(kOld);
  if :: read_only[kOld] -> restarted = 1; comes_back(kOld); unseen = looked_last; read_only[kOld] = 0 :: else fi
}

inline crash() {
  d_step {
    crashes++;
#ifdef POWER
    httpd_ends();
    old_database_restarts();
#ifdef MISTAKE_NOT_DURABLE
    disk_phase = before_phase; disk_side = before_side; disk_position = before_position;
#endif
#endif
#ifdef HTTPD
    httpd_ends();
#endif
#ifdef LOST
    disk_phase = journal_missing; disk_side = kOld; disk_position = 0; disk_in_doubt = 0;
#ifdef EPOCHS
    disk_epoch = 0; disk_remembered = 0;
#endif
#endif
#if defined(POWER) || defined(HTTPD)
    first_word();
#endif
#if defined(PROOF) && (defined(LOST) || defined(RESTORED))
    if :: disk_phase != journal_kReturn -> shut = 0 :: else fi;
#endif
#ifdef SILENT
    r_fence_owed = 0;
#endif
#ifdef HALF
    r_owed = 0;
#endif
#ifdef EPOCHS
    r_epoch = 0; r_remembered = 0;
#endif
    r_phase = 0; r_side = 0; r_position = 0; r_in_doubt = 0; rest_unwritten = 0
  }
}

inline crash_point() {
  if
  :: crashes < CRASHES && !closing -> crash(); goto crashed
#ifdef RESTORED
  :: atomic { crashes < CRASHES && !closing && !was_restored ->
       restore(); crash() }; goto crashed
#endif
  :: true
  fi
}
