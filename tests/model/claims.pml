/* SPDX-License-Identifier: Apache-2.0 */
/* The claims of all models. The comment is what is printed when one is broken. */
#define CLAIM(claim, holds) assert((holds) || claim == 0)

#define one_side 1 /* a request began at one side while another was still at the other */
#define not_fenced 2 /* a request was sent to a fenced database */
#define nothing_old 3 /* a request was served that would not have seen every write before it */
#define one_writer 4 /* both databases were writable */
#define all_end 5 /* a request was held for ever */
#define whole_state 6 /* a half-state was left */
#define none_lost 7 /* a write was lost and nobody was told */
#define every_row 8 /* the transition table has no row for what happened */
#define one_run 9 /* two runs of a site were under way at once */
#define behind_the_gate 10 /* requests were held while some passed by without a gate */
#define told_truly 11 /* a commander was told something else than what had happened */
#define all_answered 12 /* a command was never answered */
#define somebody_coordinates 13 /* no coordinator took over */
#define hooks_apart 14 /* a hook ran beside a run */
#define hooks_paired 15 /* a before-hook was followed by neither after nor aborted */
#define only_when_asked 16 /* the site was switched although nobody had asked for it */
#define hands_off 18 /* what a person had done was undone, though no restart explained it */
#define nothing_comes 19 /* what was written to the other side came to the one that serves */
#define nobody_let_in 21 /* a request went to a side that was not proved, on the way back from there */
#define no_false_alarm 22 /* a doubt was told without a reason */
#define persons_word 20 /* what a person had decided was taken back */
#define taken_back 23 /* a side served again, and what the hook fenced had done there stood */
#define sites_apart 17 /* the run of one site took the database of another that served */
