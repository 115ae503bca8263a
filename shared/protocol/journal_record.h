// SPDX-License-Identifier: Apache-2.0
// What is written down before it is acted on: one record a site, the newest one counts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shared/protocol/side.h"

namespace cutover {

enum class JournalPhase : std::uint8_t {
  kRest,     // `side` serves
  kDrain,    // `side` is being left; no database has been told anything
  kFence,    // `side` may be fenced
  kCatch,    // `side` is fenced at `position`
  kPromote,  // THE POINT OF NO RETURN: the other side may be the writer already
  kRelease,  // `side` is the writer and serves
  kUndo,     // the fence on `side` is being taken back
};

struct JournalRecord {
  std::uint64_t sequence = 0;  // grows by one a record
  JournalPhase phase = JournalPhase::kRest;
  Side side = Side::kOld;   // who serves (rest, release), else who is being left
  std::string position;     // the fenced position; of the last run while at rest
  bool in_doubt = false;    // a person must look; no run starts
  std::string doubt;        // what to look at
  std::string served_word;  // the last value of CutoverServe that was acted on, or empty
  bool owed = false;        // after the flip: the roles are to be kept, the way back to be armed
  // Its before-hook has begun, and the hook that ends it has not: after- where the arriving side
  // serves at rest, else aborted.
  std::optional<Direction> prepared = std::nullopt;

  friend bool operator==(const JournalRecord&, const JournalRecord&) = default;
};

std::string_view name(JournalPhase phase);

// Text lines `key value` with a checksum line at the end; a control character in a value is
// escaped. parse() answers nothing for a text that is cut, altered or of another version.
std::string render(const JournalRecord& record);
std::optional<JournalRecord> parse_record(std::string_view text);

}  // namespace cutover
