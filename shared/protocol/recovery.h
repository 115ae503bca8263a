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

// In the words of the journal's record. For rest and release `mine` is the side that serves; for
// every other phase it is the side that was being left. `theirs` is the other one.
struct Evidence {
  std::optional<bool> mine_read_only;  // nothing: the server does not answer
  std::optional<bool> theirs_read_only;
  bool mine_moved = false;    // own writes on `mine` beyond the journaled position
  bool theirs_moved = false;  // own writes on `theirs` beyond it
  bool link_alive = false;    // `theirs` replicates from `mine`, threads running
};

enum class Resume : std::uint8_t {
  kServe,             // mine serves
  kServeUnfence,      // mine serves once it is proved writable
  kServeFlag,         // mine serves; in doubt: theirs has writes that nobody knows
  kServeFenceOther,   // mine serves; theirs is fenced, proved, compared
  kUndo,              // un-fence mine, prove, mine serves
  kFenceOtherUndo,    // theirs was made writable by a stranger: fence it, then undo
  kForward,           // make theirs the writer, prove, theirs serves
  kFenceForward,      // fence mine first, prove, the position must not have moved
  kFenceFlagForward,  // the same, but mine has writes that theirs never gets: in doubt
  kCatchUpForward,    // fence mine, wait for its new position, record it, forward
  kInDoubt,           // hold, a person must decide
  kLookAgain,         // a server does not answer: hold, try again
};

enum class Says : std::uint8_t { kNo, kYes, kEither };

struct RecoveryRow {
  std::uint16_t id;  // of its line in the error log, see messages.h
  JournalPhase phase;
  Says mine_read_only;
  Says theirs_read_only;
  Says mine_moved;
  Says theirs_moved;
  Says link_alive;
  Resume resume;
  std::string_view why;
};

struct Recovery {
  Resume resume;
  std::string_view why;
  std::uint16_t id;
};

std::span<const RecoveryRow> recovery_table();
Recovery recover(JournalPhase phase, const Evidence& evidence);
std::string_view name(Resume resume);

}  // namespace cutover
