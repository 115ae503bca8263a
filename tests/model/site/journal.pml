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
bool rest_unwritten = 0;

/* Whoever must look is told; and there is a reason for it that no protocol could have prevented. */
#define in_doubt_with_reason (r_in_doubt && (restarted || handed || not_ours != 0))

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
  disk_phase = r_phase; disk_side = r_side; disk_position = r_position; disk_in_doubt = r_in_doubt
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

/* journal_file.cpp, first_word(): set by httpd's parent before the first child of a boot. */
inline first_word() {
#ifdef MISTAKE_BOOT_TO_OLD
  mode = kOld; at_deadline = kOld
#else
  if
  :: at_rest(disk_phase) -> mode = disk_side; at_deadline = disk_side
  :: else -> mode = kHold; at_deadline = kRefuse
  fi
#endif
}
