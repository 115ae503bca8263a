/* SPDX-License-Identifier: Apache-2.0 */
/* cutoverd, from its start to its end: recover, then one command at a time, and between them the
 * keeper. The lock on the state directory makes it one. */
byte asks = 0;
bool waits_for_a_person = 0;
bool said = 0; /* ... while whoever is served stays so */

/* The gate: what not_now() sees with the command in its hands. */
#define gate_open (!read_only[r_side] && read_only[other(r_side)] && link[r_side] && !r_in_doubt && \
                   !fence_owed && !is_silent(kOld) && !rest_unwritten && !wrote_beyond(other(r_side), r_position))
#ifdef NO_DATABASES
#define may_run (!rest_unwritten)
#else
#define may_run gate_open
#endif

/* Site::keep: a database out of its role, or one that has writes of its own. */
#define out_of_role (!fence_owed && !is_silent(kOld) && \
                     (read_only[r_side] || !read_only[other(r_side)] || \
                      (wrote_beyond(other(r_side), r_position) && !r_in_doubt)))

proctype Coordinator() {
  byte phase, event, effect, effects, at, leaving, arriving, resume;
  byte i, sent, further, before, unread;
  bool proved, written, moved, decided, released;
  bool mine_read_only, theirs_read_only, mine_moved, theirs_moved, link_alive;
  bool mine_restarted, theirs_restarted, unexplained;
#ifdef SILENT
  bool saw_silent;
#endif
#ifdef PROOF
  bool turned, resumed, armed;
  byte promoted_at; /* Run::baseline_, once it is turned round */
#endif
  bool decided_before; /* in this life */
  bool current; /* this life has seen both in their roles, or a server remembers the journal's epoch */

start:
  atomic {
    r_phase = disk_phase; r_side = disk_side; r_position = disk_position; r_in_doubt = disk_in_doubt
    with_epoch(r, disk) with_links(r, disk) with_fence(r, disk)
  }

looking:
#ifdef EPOCHS
  if :: !decided_before -> compare_epochs() :: decided_before fi;
#endif
  if
  :: r_phase == journal_missing -> adopt()
  :: r_phase != journal_missing -> recover_once()
  fi;
  crash_point();
  proved = 0; written = 0;
  if
  :: event != 0 -> is_resumed goto walking
  :: event == 0 && !decided -> goto looking
  :: event == 0 && decided -> decided = 0
  fi;

rest:
  decided_before = 1;
  if
  :: atomic { !out_of_role -> current = 1; in_role(kOld); in_role(kNew) }
  :: out_of_role
  fi;
  do
  :: atomic { asks < ASKS && !closing -> asks++ };
     take_command();
     if
     :: atomic { may_run -> event = kAsked; looked_last = 0 }; goto walking
#ifdef QUIETING
     :: atomic { may_run -> event = kAskedQuietly; looked_last = 0 }; goto walking
#endif
     :: !may_run
     fi
#if !defined(MISTAKE_NO_KEEPER) && !defined(NO_DATABASES)
  :: out_of_role -> goto looking
#endif
#ifdef SILENT
  :: fence_owed && !is_silent(other(r_side)) -> pay_fence()
  :: atomic { silent && r_side == kOld && !closing -> before = kNew }; resolve(before); goto resolved_at_rest
#endif
#ifdef RESOLVE
  :: atomic { r_in_doubt && !closing -> before = kOld }; resolve(before); goto resolved_at_rest
  :: atomic { r_in_doubt && !closing -> before = kNew }; resolve(before); goto resolved_at_rest
#endif
  :: rest_unwritten -> write(); rest_unwritten = !written
#ifdef HALF
  :: atomic { restarted_links -> restarted_links = 0; r_owed = 1 }; write(); rest_unwritten = !written
#ifndef MISTAKE_NO_KEEPER_OF_LINKS
#ifndef MISTAKE_AN_APPLIER_LEFT_RUNNING
  :: !stopped[r_side] && !(r_owed && !r_in_doubt) ->
     stop_applying(r_side); atomic { settling = !stopped[r_side]; proved = 0 }
#endif
  :: r_owed && !r_in_doubt && !out_of_role ->
     after_flip(r_side); write(); rest_unwritten = !written; proved = 0
#endif
#endif
#ifdef EPOCHS
  :: r_remembered < r_epoch && !out_of_role -> remember()
#endif
  :: crashes < CRASHES && !closing -> crash(); goto crashed
#ifdef RESTORED
  :: atomic { crashes < CRASHES && !closing && !was_restored ->
       restore(); crash() }; goto crashed
#endif
  od;

#if defined(RESOLVE) || defined(SILENT)
resolved_at_rest:
  if
  :: decided -> rest_at(); decided = 0; goto rest
  :: !decided -> goto looking
  fi;
#endif

walking:
  atomic { leaving = (returns -> other(r_side) : r_side); arriving = other(leaving) };
  walk();
  atomic { leaving = 0; arriving = 0; moved = 0; proved = 0; written = 0 forget_the_proof };
  goto rest;

crashed:
  atomic {
    phase = 0; event = 0; effect = 0; effects = 0; at = 0; leaving = 0; arriving = 0; resume = 0;
    i = 0; sent = 0; further = 0; before = 0; unread = 0;
    proved = 0; written = 0; moved = 0; decided = 0; released = 0;
    mine_read_only = 0; theirs_read_only = 0; mine_moved = 0; theirs_moved = 0; link_alive = 0;
    mine_restarted = 0; theirs_restarted = 0; unexplained = 0; current = 0;
    decided_before = 0
    forget_the_proof
  }
#ifdef GONE
  gone = 1;
  false;
#endif
  goto start
}
