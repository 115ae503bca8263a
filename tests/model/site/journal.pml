/* SPDX-License-Identifier: Apache-2.0 */
/* shared/protocol/journal_record.h and mod_cutover/state/journal_file.cpp: what is on the disk, and the
 * coordinator's own copy, which is ahead of it while a write fails. */
byte disk_phase = journal_kRest;
byte disk_side = kOld;
byte disk_position = 0;
bool disk_in_doubt = 0;

byte r_phase = journal_kRest;
byte r_side = kOld;
byte r_position = 0;
bool r_in_doubt = 0;

/* JournalRecord::fence_owed: the other one did not answer when this one began to serve. */
#ifdef SILENT
bool disk_fence_owed = 0;
bool r_fence_owed = 0;
#define with_fence(to, from) ; to##_fence_owed = from##_fence_owed
#define fence_owed r_fence_owed
#else
#define with_fence(to, from)
#define fence_owed false
#endif
bool rest_unwritten = 0;

/* JournalRecord::epoch and remembered, and mod_cutover.served on each server: who was made to serve
 * last, in which epoch. 0: no row. */
#ifdef EPOCHS
byte disk_epoch = 0;
byte disk_remembered = 0;
byte r_epoch = 0;
byte r_remembered = 0;
byte row_epoch[2];
byte row_side[2];
#define with_epoch(to, from) ; to##_epoch = from##_epoch; to##_remembered = from##_remembered
#define next_epoch() r_epoch++; last_epoch = r_epoch
byte last_epoch = 0; /* for the claims alone */
#else
#define with_epoch(to, from)
#define next_epoch()
#endif

/* JournalRecord::owed and links_owed: the links are not yet as the record says. */
#ifdef HALF
bool disk_owed = 0;
bool r_owed = 0;
#define owe_links() r_owed = 1
#define with_links(to, from) ; to##_owed = from##_owed
#else
#define owe_links()
#define with_links(to, from)
#endif

/* A copy of the state directory: a valid journal, and an old one. */
#ifdef RESTORED
byte copy_phase = journal_kRest;
byte copy_side = kOld;
byte copy_position = 0;
bool copy_in_doubt = 0;
byte copy_epoch = 0;
byte copy_remembered = 0;
bool copied = 0;
bool was_restored = 0;
bool row_was_owed = 0; /* ... before the serving one was told so: nothing on earth knows better */
bool was_said = 0;
#define copy_record(to, from)                                                                      \
  to##_phase = from##_phase; to##_side = from##_side; to##_position = from##_position;             \
  to##_in_doubt = from##_in_doubt with_epoch(to, from)
inline restore() {
  was_restored = 1;
  row_was_owed = (row_epoch[kOld] < last_epoch && row_epoch[kNew] < last_epoch);
  copy_record(disk, copy)
}
#else
#define was_restored 0
#define row_was_owed 0
#define was_said 0
#endif

/* Whoever must look is told; and there is a reason for it that no protocol could have prevented. */
#define in_doubt_with_reason (r_in_doubt && (restarted || handed || row_was_owed || not_ours != 0))

#ifdef MISTAKE_NOT_DURABLE
byte before_phase = journal_kRest;
byte before_side = kOld;
byte before_position = 0;
#endif

inline to_disk() {
#ifdef MISTAKE_NOT_DURABLE
  if  /* the newest that had got to the disk by itself: any of them, or none since the start */
  :: before_phase = disk_phase; before_side = disk_side; before_position = disk_position
  :: true
  fi;
#endif
#ifdef PROOF
  if :: r_phase == journal_kReturn -> shut = 1 :: else fi;
#endif
  disk_phase = r_phase; disk_side = r_side; disk_position = r_position; disk_in_doubt = r_in_doubt
  with_epoch(disk, r) with_links(disk, r) with_fence(disk, r)
}

/* Run::write: a write that fails may have reached the disk all the same. */
inline write() {
  atomic {
    if
    :: to_disk(); written = 1
    :: fails < FAILS -> fails++; to_disk(); written = 0
    :: fails < FAILS -> fails++; written = 0
    fi
  }
}

/* journal_file.cpp, first_word(): set by httpd's parent before the first child of a boot. A journal
 * that names a side may be an old one: the databases are asked first. */
inline first_word() {
#ifdef MISTAKE_BOOT_TO_OLD
  mode = kOld; at_deadline = kOld
#else
  if
#if defined(NO_DATABASES) || defined(MISTAKE_THE_FIRST_WORD_SERVES)
  :: at_rest(disk_phase) -> mode = disk_side; at_deadline = disk_side
#else
  :: at_rest(disk_phase) -> mode = kHold; at_deadline = disk_side; comparing = was_restored
#endif
  :: else -> mode = kHold; at_deadline = kRefuse
  fi
#endif
}
