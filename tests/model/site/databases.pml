/* SPDX-License-Identifier: Apache-2.0 */
/* The two servers, what is written to them, and mod_cutover/cutoverd/databases: statements are sent
 * by the one session that owns the lock, take effect when the server likes, and are proved by
 * reading back. A position is the set of writes that a server has. */
bool read_only[2];
byte data[2];
bool link[2];           /* link[side]: the other replicates from side */

/* Old serves, and freezes: nothing is answered, nothing takes effect, no link carries, until it goes on. */
#ifdef SILENT
bool silent = 0;
bool froze = 0;
bool given_up = 0; /* by a person, for the claims alone */
#define is_silent(side) (silent && side == kOld)
#else
#define is_silent(side) false
#define given_up false
#endif

/* The half-armed ring: the link into `side` receives, and applies nothing. What an event or root writes
 * at the read-only side without anybody's asking is nobody's loss; but it must not come to the live one. */
#ifdef HALF
bool stopped[2];
bool restarted_links = 0; /* a restart starts both threads of a link, or none; and is proved */
bool settling = 0;        /* the word is another one, or a server was started anew, and the links are not yet as it says */
#define applies(side) (!stopped[side])
#define comes_to(side) CLAIM(nothing_comes, mode != side || settling)
#define root_at(side) (side == kOld -> 16 : 32)
#define of_root 48
#else
#define applies(side) true
#define comes_to(side) true
#define of_root 0
#endif

#define request_at(side) (side == kOld -> 1 : 4)
#define direct_at(side) (side == kOld -> 2 : 8) /* cron, a shutdown function, an orphaned transaction */
#ifdef PROOF
#define of_the_proof 64 /* a page that is asked of the new host may write there */
#define own(side) (side == kOld -> 3 : 76)
#else
#define own(side) (side == kOld -> 3 : 12)
#endif

/* wrote_beyond() and has_applied() of shared/protocol/ports.h */
#define wrote_beyond(side, position) ((data[side] & own(side) & ~position) != 0)
#define has_applied(side, position) ((position & ~data[side]) == 0)

/* Statements on a server that have not taken effect: SET read_only. */
#define kNoStatement 0
#define kFenceIt 1
#define kUnfenceIt 2
#ifdef MISTAKE_NOT_KILLED
#define QUEUE 2
#else
#define QUEUE 1
#endif
byte queued[2 * QUEUE];
#define first_of(side) (side * QUEUE)
#define last_of(side) (side * QUEUE + QUEUE - 1)
#ifdef MISTAKE_KILL_NOT_AWAITED
byte past_check[2]; /* was killed too late: takes effect all the same */
#endif

byte unknowns = 0;
byte fails = 0;      /* writes of the journal */
byte crashes = 0;
bool closing = 0;   /* no more arrivals, writers, faults: what is left comes to its end */
bool restarted = 0; /* a database came back in another role than it had */
bool proved_anew[2]; /* it was, as its counter of connections proves, and was not seen in its role since */
bool handed = 0;    /* a person has changed a role, with no restart */
bool hand[2];       /* ... which one, where nobody can take it for what a restart did just before: */
bool not_yet_seen[2]; /* it was started anew, and nobody has seen it in its role since */
bool unseen = 0;    /* ... after the last look: what it then takes cannot be prevented */
byte not_ours = 0;  /* writes that no protocol can prevent losing: to be found and flagged */
bool looked_last = 0; /* the last look before a promotion is over */
bool resolved = 0;  /* a person has given up what only the other side has */

/* A request meets a fence where new came back with one, or a person set one; or one of ours, of which an
 * old journal does not know. But never one that was left, while the other is the writer. */
#ifdef RESTORED
#define excused(side) (read_only[other(side)])
#elif defined(RESTART_NEW)
#define excused(side) (handed || (restarted && side == kNew))
#else
#define excused(side) (handed)
#endif

/* Never two writable databases, unless one of them came back so and nobody could have seen it. */
inline take_effect(side, statement) {
  read_only[side] = (statement == kFenceIt);
  CLAIM(one_writer, read_only[kOld] || read_only[kNew] || (unseen && !seen_open) || handed || given_up)
}

inline forget_statements(side) {
  queued[first_of(side)] = kNoStatement;
  queued[last_of(side)] = kNoStatement
}

#define comes_back(side) proved_anew[side] = 1; not_yet_seen[side] = 1; hand[side] = 0

#ifdef HALF
inline links_come_back(side) {
  restarted_links = 1; settling = 1;
  if :: stopped[side] = 0 :: stopped[side] = 1 fi
}
#else
#define links_come_back(side) true
#endif

#ifdef MISTAKE_A_HAND_TAKEN_FOR_A_RESTART
#define changes_by_hand(side) hand[side] = !not_yet_seen[side]; proved_anew[side] = 1
#else
#define changes_by_hand(side) hand[side] = !not_yet_seen[side]
#endif

proctype Servers() {
end:
  do
  :: atomic { queued[first_of(kOld)] != 0 && !is_silent(kOld) -> take_effect(kOld, queued[first_of(kOld)]); queued[first_of(kOld)] = 0 }
  :: atomic { queued[first_of(kNew)] != 0 -> take_effect(kNew, queued[first_of(kNew)]); queued[first_of(kNew)] = 0 }
#ifdef MISTAKE_NOT_KILLED
  :: atomic { queued[last_of(kOld)] != 0 -> take_effect(kOld, queued[last_of(kOld)]); queued[last_of(kOld)] = 0 }
  :: atomic { queued[last_of(kNew)] != 0 -> take_effect(kNew, queued[last_of(kNew)]); queued[last_of(kNew)] = 0 }
#endif
#ifdef MISTAKE_KILL_NOT_AWAITED
  :: atomic { past_check[kOld] != 0 -> take_effect(kOld, past_check[kOld]); past_check[kOld] = 0 }
  :: atomic { past_check[kNew] != 0 -> take_effect(kNew, past_check[kNew]); past_check[kNew] = 0 }
#endif
  :: atomic { link[kOld] && applies(kNew) && !is_silent(kOld) && (data[kOld] & ~data[kNew]) != 0 ->
       comes_to(kNew); data[kNew] = data[kNew] | data[kOld] }
  :: atomic { link[kNew] && applies(kOld) && !is_silent(kOld) && (data[kNew] & ~data[kOld]) != 0 ->
       comes_to(kOld); data[kOld] = data[kOld] | data[kNew] }
#ifdef SILENT
  :: atomic { !closing && !froze && disk_phase == journal_kRest && mode == kOld -> froze = 1; silent = 1 }
  :: atomic { silent -> silent = 0 }
#endif
#ifdef HALF
  :: atomic { !closing && disk_phase == journal_kRest && mode == kOld && read_only[kNew] &&
              (data[kNew] & root_at(kNew)) == 0 -> data[kNew] = data[kNew] | root_at(kNew) }
  :: atomic { !closing && disk_phase == journal_kRest && mode == kNew && read_only[kOld] &&
              (data[kOld] & root_at(kOld)) == 0 -> data[kOld] = data[kOld] | root_at(kOld) }
#endif

  :: atomic { !closing && !is_silent(kOld) && !read_only[kOld] && (data[kOld] & direct_at(kOld)) == 0 ->
       data[kOld] = data[kOld] | direct_at(kOld);
       if :: unseen || handed || given_up -> not_ours = not_ours | direct_at(kOld) :: else fi }
  :: atomic { !closing && !read_only[kNew] && (data[kNew] & direct_at(kNew)) == 0 ->
       data[kNew] = data[kNew] | direct_at(kNew);
       if :: handed -> not_ours = not_ours | direct_at(kNew) :: else fi }
#ifdef SAVED
  :: atomic { !closing && !copied && !was_restored -> copied = 1; copy_record(copy, disk) }
#endif
#ifdef THROUGH
  :: atomic { !closing && read_only[kOld] && (data[kOld] & direct_at(kOld)) == 0 ->
       data[kOld] = data[kOld] | direct_at(kOld);
       if :: looked_last || is_shut -> not_ours = not_ours | direct_at(kOld) :: else fi }
#endif
#if defined(THROUGH) && defined(PROOF)
  :: atomic { !closing && shut && read_only[kNew] && (data[kNew] & direct_at(kNew)) == 0 ->
       data[kNew] = data[kNew] | direct_at(kNew);
       if :: looked_last -> not_ours = not_ours | direct_at(kNew) :: else fi }
#endif
#ifdef HAND
  :: atomic { !closing && !handed && disk_phase == journal_kRest && mode != kHold && !read_only[mode] ->
       handed = 1; changes_by_hand(mode); read_only[mode] = 1 }
  :: atomic { !closing && !handed && disk_phase == journal_kRest && mode != kHold && read_only[other(mode)] ->
       handed = 1; unseen = 1; changes_by_hand(other(mode)); read_only[other(mode)] = 0 }
#endif
#ifdef RESTART_OLD
  :: atomic { !closing && !restarted && read_only[kOld] ->
       restarted = 1; comes_back(kOld); unseen = looked_last; forget_statements(kOld);
       links_come_back(kOld);
       read_only[kOld] = 0 }
#endif
#ifdef RESTART_NEW
  :: atomic { !closing && !restarted && !read_only[kNew] ->
       restarted = 1; comes_back(kNew); forget_statements(kNew); links_come_back(kNew); read_only[kNew] = 1 }
#endif
  od
}

/* Once the lock is ours, whoever had it is gone and what it sent with it: the KILL was waited out. */
inline kill_statements(side) {
#ifdef MISTAKE_KILL_NOT_AWAITED
  if :: queued[side] != 0 && past_check[side] == 0 -> past_check[side] = queued[side] :: else fi;
#endif
#ifdef MISTAKE_NOT_KILLED
  skip
#else
  forget_statements(side)
#endif
}

#define take_command() atomic { kill_statements(kOld); kill_statements(kNew) }

/* Replication::fence and unfence. `proved`: read back as wanted. An earlier statement of ours is
 * killed and gone before the next is sent, else the lock would not be ours. */
inline set_writable(side, statement) {
  atomic {
    kill_statements(side);
    if
    :: queued[first_of(side)] == 0 -> sent = first_of(side)
    :: else -> sent = last_of(side)
    fi;
    queued[sent] == 0;
    queued[sent] = statement
  }
  crash_point();
  if
#ifdef SILENT
  :: atomic { is_silent(side) -> kill_statements(side); proved = 0 }
#endif
  :: atomic { queued[sent] == 0 && !is_silent(side) -> proved = (read_only[side] == (statement == kFenceIt)) }
  :: atomic { unknowns < UNKNOWNS -> unknowns++; kill_statements(side);
              proved = (read_only[side] == (statement == kFenceIt)) } /* killed, seen gone, read */
  :: atomic { unknowns < UNKNOWNS -> unknowns++; proved = 0 }        /* not seen gone, or not read */
  fi;
  sent = 0
}

#ifdef HALF
/* Replication::stop_applying: may fail, and what was received stays where it is. */
inline stop_applying(side) {
  if
  :: atomic { stopped[side] = 1; proved = 1 }
  :: atomic { unknowns < UNKNOWNS -> unknowns++; proved = 0 }
  fi
}
#endif
