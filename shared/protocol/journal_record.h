// SPDX-License-Identifier: Apache-2.0
// What is written down before it is acted on: one record a site, the newest one counts.
#pragma once

#include <array>
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
  kResolve,  // a person chose `side`: it serves once it is proved the writer, whatever the other
             // says
  kProve,    // as kRelease, but that nobody is let in yet: `side` is asked for real pages
  kReturn,   // `side` was not proved, and nobody was let in: it may be fenced, and the other is to
             // serve again once it has everything
};

// Whether `side` serves by such a record, and no run was under way.
constexpr bool serves(JournalPhase phase) {
  return phase == JournalPhase::kRest || phase == JournalPhase::kRelease;
}

// Whether its recovery fences a side that may have served since: where what followed could not be
// written.
constexpr bool fences_anew(JournalPhase phase) {
  return phase == JournalPhase::kPromote || phase == JournalPhase::kReturn ||
         phase == JournalPhase::kResolve;
}

// A server when it was last seen in its role. Within its life, from one start to the next, the
// counter of its connections only grows (and no clock is asked): a new session whose number is
// below it proves a restart, however long ago the look was.
struct ServerNote {
  std::string server;             // its identity; empty: never seen
  std::uint64_t connections = 0;  // 0: nothing would prove a restart
  // It was started anew, and has not been seen in its role since: what a restart forgets may be put
  // back. A level: it stays until that is done.
  bool restarted = false;

  friend bool operator==(const ServerNote&, const ServerNote&) = default;
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
  // The other side did not answer when `side` began to serve: it is fenced, before anything else,
  // when it comes back.
  bool fence_owed = false;
  // Grows with each record that makes a side serve anew (promote, resolve). The servers remember
  // it, too: a journal below what they remember is an old one (a restored backup, a snapshot).
  std::uint64_t epoch = 0;
  std::uint64_t remembered = 0;  // the newest epoch that the serving one was told
  // A server was started anew, and a restart starts both threads of its link, or none.
  bool links_owed = false;
  std::array<ServerNote, 2> servers{};  // by side
  std::int64_t looked_ms = 0;           // wall clock: when `side` was last seen to serve; 0: never
  // Wall clock: a person said that the move is over. New serves for good, at rest, and neither
  // database is asked any more; 0: not said.
  std::int64_t completed_ms = 0;
  bool clearing_owed = false;  // what the move left on the servers is yet to be taken away

  ServerNote& note(Side of) { return servers[static_cast<std::size_t>(of)]; }
  const ServerNote& note(Side of) const { return servers[static_cast<std::size_t>(of)]; }
  bool completed() const { return completed_ms != 0; }

  friend bool operator==(const JournalRecord&, const JournalRecord&) = default;
};

std::string_view name(JournalPhase phase);

// Text lines `key value` with a checksum line at the end; a control character in a value is
// escaped. parse() answers nothing for a text that is cut, altered or of another version; what an
// earlier 0.1 did not know of is as in a fresh record.
std::string render(const JournalRecord& record);
std::optional<JournalRecord> parse_record(std::string_view text);

}  // namespace cutover
