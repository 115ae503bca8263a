/* SPDX-License-Identifier: Apache-2.0 */
/* shared/memory/layout.h, word.h, gate.h: the word, and who is counted in. The epoch and the deadline's time
 * are left out: a sleeper may wake, and a deadline pass, at any moment. */
byte mode = kOld;        /* kOld, kNew, kHold */
byte at_deadline = kOld; /* kOld, kNew, kRefuse */

/* A first word that a restored journal names: its time is not up before the coordinator has asked the
 * databases. (Where the journal is the newest that does not matter.) */
bool comparing = 0;

/* The side serves, but for requests that are known to take long. Which they are nobody here knows:
 * any may be held. */
bool quieting = 0;

/* For the claims alone: the way back from a new host that was not proved has begun. */
#ifdef PROOF
bool shut = 0;
bool seen_open = 0; /* ... and has seen the other one writable */
#define is_shut shut
#define open_again(side) ; if :: side == kOld -> shut = 0 :: else fi
#define claim_let_in(side) ; CLAIM(nobody_let_in, !shut || side == kOld)
#else
#define is_shut 0
#define seen_open 0
#define open_again(side)
#define claim_let_in(side)
#endif

#define set_word(m, d) atomic { mode = m; at_deadline = d; comparing = 0; quieting = 0 }

/* What one request is doing. */
#define kIdle 0
#define kCountedIn 1   /* the gate's W1, before its W2 */
#define kAtOld 2       /* served, by the old host's own handlers */
#define kAtNew 3       /* served, through the proxy */
#define kHeld 4        /* counted out again */
#define kAtDeadline 5  /* its time is up: counted in, before it reads the word again */
#define kDead 6        /* its child was killed; the parent has not yet given the slot back */
#define kDecided 7     /* a mistake's: will be served at old, and is not counted in */
#define kAsOwn 8       /* a self-call: counted in, before it reads the word again */
byte worker[WORKERS];

#define in_flight(i) (worker[i] != kIdle && worker[i] != kHeld && worker[i] != kDecided)

/* Upgraded, or an answer that never ends: counted apart (shared/memory/endless.h), and in no drain's
 * way. */
#ifdef ENDLESS
bool endless[WORKERS];
#define is_endless(i) endless[i]
#define endless_at(i, side) (endless[i] && worker[i] == (side == kOld -> kAtOld : kAtNew))
#define no_more_endless(i) endless[i] = 0
#else
#define is_endless(i) 0
#define no_more_endless(i) skip
#endif

/* CutoverStragglers close: a mark in the request's note, which goes with it. Who has only counted
 * himself in has no note yet. */
#ifdef STRAGGLERS
bool left[WORKERS];
bool was_left[WORKERS]; /* for the claims alone: by this run or by one before it */
#define is_left(i) left[i]
#define late(i) was_left[i]
#define can_be_left(i) (worker[i] == kAtOld || worker[i] == kAtNew || worker[i] == kDead)
#ifdef MISTAKE_MARK_OUTLIVES_ITS_REQUEST
#define come_to_rest(i) worker[i] = kIdle; was_left[i] = 0
#else
#define come_to_rest(i) worker[i] = kIdle; was_left[i] = 0; left[i] = 0; no_more_endless(i)
#endif
#else
#define is_left(i) 0
#define late(i) 0
#define come_to_rest(i) worker[i] = kIdle; no_more_endless(i)
#endif
/* Where a fence covers what it still writes, one that never ends may come too late. */
#ifdef NO_DATABASES
#define too_late(i) late(i)
#else
#define too_late(i) (late(i) || is_endless(i))
#endif
#define awaited(i) (in_flight(i) && !is_left(i) && !is_endless(i))
