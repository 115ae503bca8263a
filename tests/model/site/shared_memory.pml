/* SPDX-License-Identifier: Apache-2.0 */
/* shared/block.h, word.h, gate.h: the word, and who is counted in. The epoch and the deadline's time
 * are left out: a sleeper may wake, and a deadline pass, at any moment. */
byte mode = kOld;        /* kOld, kNew, kHold */
byte at_deadline = kOld; /* kOld, kNew, kRefuse */

#define set_word(m, d) atomic { mode = m; at_deadline = d }

/* What one request is doing. */
#define kIdle 0
#define kCountedIn 1   /* the gate's W1, before its W2 */
#define kAtOld 2       /* served, by the old host's own handlers */
#define kAtNew 3       /* served, through the proxy */
#define kHeld 4        /* counted out again */
#define kAtDeadline 5  /* its time is up: counted in, before it reads the word again */
#define kDead 6        /* its child was killed; the parent has not yet given the slot back */
#define kDecided 7     /* a mistake's: will be served at old, and is not counted in */
byte worker[WORKERS];

#define in_flight(i) (worker[i] != kIdle && worker[i] != kHeld && worker[i] != kDecided)
