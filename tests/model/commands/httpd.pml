/* SPDX-License-Identifier: Apache-2.0 */
/* httpd's parent in a graceful: mod_cutover/httpd/parent/kept_sites.cpp, then coordinator.cpp. */

#ifdef GRACEFUL
proctype Parent() {
  bool at_rest;
  announced = 1;
  at_rest = (disk_phase == journal_kRest && mode != kHold); /* keep_gates */
  atomic { leaving_[0] = 1; if :: lock_owner != 0 -> launched[0] = 0 :: else fi };
#ifdef REMOVED
  forgotten = at_rest;
  launched[1] = 1;
  atomic { ungated = forgotten; CLAIM(behind_the_gate, !ungated || mode != kHold) }
#else
  launched[1] = 1
#endif
}
#endif
