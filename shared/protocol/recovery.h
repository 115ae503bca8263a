// SPDX-License-Identifier: Apache-2.0
// What a coordinator that has just started does: the journal's newest record and what the two
// databases say now, looked up in one table. The word in shared memory is never evidence.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "shared/protocol/journal_record.h"

namespace cutover {

// Whose own writes are gone, at rest: of `theirs` some that it had by the journaled position, of
// `mine` some that `theirs` has. What such a server writes next may have numbers that stand for
// something else already.
enum class Lost : std::uint8_t { kNone, kMine, kTheirs };

// In the words of the journal's record. For rest, release and resolve `mine` is the side that
// serves; for every other phase it is the side that was being left. `theirs` is the other one.
struct Evidence {
  std::optional<bool> mine_read_only;  // nothing: the server does not answer
  std::optional<bool> theirs_read_only;
  bool mine_moved = false;    // own writes on `mine` beyond the journaled position
  bool theirs_moved = false;  // own writes on `theirs` beyond it
  bool link_alive = false;    // `theirs` replicates from `mine`, threads running
  // Started anew, by proof, and not seen in its role since: what it forgot may be put back. A role
  // that changed in any other way is somebody's hand.
  bool mine_restarted = false;
  bool theirs_restarted = false;
  // `theirs` has writes, and neither did this coordinator see `mine` serve nor has `mine` all of
  // them while it is closed: the journal may be an old one.
  bool unexplained = false;
  // Nobody saw `mine` serve within the last minutes: this is a start, and not a change of shifts.
  bool cold = false;
  Lost lost = Lost::kNone;
};

enum class Resume : std::uint8_t {
  kServe,             // mine serves
  kServeSaid,         // mine serves; what was found is said, and nothing is touched
  kServeUnfence,      // mine serves once it is proved writable
  kServeFlag,         // mine serves; in doubt: theirs has writes that nobody knows
  kServeFenceOther,   // theirs is fenced, proved, compared; mine is proved writable and serves
  kServeOwing,        // mine serves once it is proved writable; theirs is fenced when it answers
  kStay,              // nothing is touched, the word stays; at a cold start everybody is held
  kUndo,              // un-fence mine, prove, mine serves
  kFenceOtherUndo,    // theirs was made writable by a stranger: fence it, then undo
  kForward,           // make theirs the writer, prove, theirs serves
  kForwardOwing,      // the same; mine is fenced when it answers
  kFenceForward,      // fence mine first, prove, the position must not have moved
  kFenceFlagForward,  // the same, but mine has writes that theirs never gets: in doubt
  kCatchUpForward,    // fence mine, wait for its new position, record it, forward
  kResolve,           // a person's word is carried out: theirs is fenced, or owes it; mine serves
  kReturn,            // fence mine, prove, theirs has all of it and serves; else mine serves
  kInDoubt,           // hold, a person must decide
  kLookAgain,         // a server does not answer: hold, try again
};

// Of a server's being read-only: it says so or not, it does not answer, it answers, whatever.
enum class Says : std::uint8_t { kNo, kYes, kSilent, kEither, kAnything };

struct RecoveryRow {
  std::uint16_t id;  // of its line in the error log, see messages.h
  JournalPhase phase;
  Says mine_read_only;
  Says theirs_read_only;
  Says mine_moved;
  Says theirs_moved;
  Says link_alive;
  Says mine_restarted;
  Says theirs_restarted;
  Says unexplained;
  Says cold;
  Resume resume;
  std::string_view why;
  Lost lost = Lost::kNone;  // fits whatever is lost
};

struct Recovery {
  Resume resume;
  std::string_view why;
  std::uint16_t id;
};

std::span<const RecoveryRow> recovery_table();
// The first row that fits. A run that had sent nothing yet (drain) is as the site at rest.
Recovery recover(JournalPhase phase, const Evidence& evidence);
std::string_view name(Resume resume);
// Whether carrying it out sends a statement to a database.
bool acts(Resume resume);

}  // namespace cutover
