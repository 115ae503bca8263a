/* SPDX-License-Identifier: Apache-2.0 */
/* CutoverServe against the command: Site::answer_serve of mod_cutover/cutoverd/site/orders.cpp.
 * The text is edited and taken up by a graceful, which starts a new coordinator; cutoverctl says
 * its own words meanwhile; a coordinator that ends is started again with the text it had.
 *
 *   FAILS   writes of the journal that fail */
#include "claims.pml"

#ifndef FAILS
#define FAILS 0
#endif

#define kOld 0
#define kNew 1
#define kNone 2      /* no CutoverServe in the site */

byte text = kNone;   /* httpd.conf, as it is edited */
byte taken = kNone;  /* ... and as the last graceful took it up */
bool graceful = 0;   /* the present coordinator is to leave to another */

byte disk_served_word = kNone; /* JournalRecord::served_word */
bit disk_side = kOld;

byte command = kNone;          /* one word of cutoverctl that waits */
byte spoken = 0;               /* words of CutoverServe, counted as gracefuls take them up */
byte answered = 0;             /* up to which of them: acted on, refused, or nothing to do */
byte edits, gracefuls, commands, crashes, fails;

proctype Operator() {
  byte was;
  do
  :: edits < 3 -> edits++;
     if
     :: text != kOld -> text = kOld
     :: text != kNew -> text = kNew
     :: text != kNone -> text = kNone
     fi
  :: atomic { gracefuls < 3 && !graceful -> gracefuls++;
       was = taken; taken = text; graceful = 1;
       if :: taken != was -> spoken++ :: else fi;
       was = 0 }
  :: atomic { commands < 2 && command == kNone -> commands++;
       if :: command = kOld :: command = kNew fi }
  :: break
  od
}

/* A word that was heard is not heard again. */
inline hear() {
  CLAIM(only_when_asked, heard > answered);
  answered = heard
}

proctype Coordinator() {
  byte served_word, word, heard;
start:
  atomic {
#ifdef MISTAKE_WORD_IN_MEMORY
    served_word = kNone;
#else
    served_word = disk_served_word;
#endif
    word = taken;
    heard = spoken;
    graceful = 0
  };
  if
  :: word != served_word ->
#ifdef MISTAKE_WORD_CONSUMED_AFTER_THE_ACT
     if
     :: word != kNone && word != disk_side ->
        hear();
        if
        :: disk_side = word; disk_served_word = word
        :: true /* refused: heard again, at some later time */
        fi
     :: else -> atomic { answered = heard; disk_served_word = word }
     fi
#else
     if
     :: atomic { disk_served_word = word;
          if
          :: word != kNone && word != disk_side -> hear()
          :: else -> answered = heard
          fi };
        if :: crashes < 1 -> crashes++; goto start :: true fi;
        if
        :: word != kNone && word != disk_side -> disk_side = word
        :: true /* nothing to do, or refused, or aborted: the site stays */
        fi
     :: fails < FAILS -> fails++ /* not written, so not acted on */
     fi
#endif
  :: word == served_word -> answered = heard
  fi;
  do
  :: atomic { command != kNone -> if :: disk_side = command :: true fi; command = kNone }
  :: graceful -> goto start
  :: crashes < 1 -> crashes++; goto start
  od
}

init { atomic { run Operator(); run Coordinator() } }
