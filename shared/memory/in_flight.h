// SPDX-License-Identifier: Apache-2.0
// Who is in flight: a note in shared memory for each request that was counted in, with its first
// line and its beginning. For people: which request does a drain wait for, which path is slow; and
// for a drain that is to leave behind whom it has waited for long enough. A request that finds no
// free note goes without: it is only counted, and no drain leaves it behind.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "shared/protocol/counts.h"
#include "shared/protocol/side.h"

namespace cutover {

inline constexpr std::size_t kNotes = 64;  // a child

// Claimed by a compare-and-swap of `began_ns` from 0 to kBeingWritten, so that a note has one
// writer at a time; the rest follows; then `began_ns` again. Given back with a 0. A reader (the
// coordinator) copies the rest between two loads of `began_ns` and throws away what changed
// meanwhile. All stores are releases and all loads acquires: who reads a later request's words has
// its claim happen before, and so does not find the earlier one's `began_ns` the second time.
//
// `who` says in one word whose request it is and whether a drain has left it behind (the lowest
// bit, set and taken back by the coordinator with a compare-and-swap, so that it never falls on a
// request of another site that took over the note meanwhile). layout.h says how that is counted.
struct alignas(64) InFlightNote {
  std::atomic<std::int64_t> began_ns;  // CLOCK_MONOTONIC; 0: nobody's
  std::atomic<std::uint32_t> who;      // 4 site + 2 side + 1 if left behind; kNobody
  std::atomic<std::uint32_t> length;   // of the text, and kSendsBody
  std::array<std::atomic<std::uint64_t>, 14> text;

  static constexpr std::int64_t kBeingWritten = -1;
  static constexpr std::uint32_t kNobody = 0xffffffff;
  static constexpr std::uint32_t kSendsBody = 1U << 31;  // taken back by its one writer
  static constexpr std::size_t kLongest = 14 * sizeof(std::uint64_t);
};

using InFlightNotes = std::array<InFlightNote, kNotes>;

struct Whose {
  std::size_t site = 0;
  Side side = Side::kOld;
};
struct RequestLine {
  std::string_view method;
  std::string_view path;  // as the client sent it; without the query
  bool has_query = false;
  std::string_view mark{};  // of all that it asked for (keyed_digest.h); empty: none
  bool sends_body = false;  // it has one, and that has not come yet
};

// A worker's thread: `hint` is where it looks first, best its own number. Nothing when the notes
// there are taken. A longer text is cut. What is noted stays in memory; whoever reads it is told no
// more of it than words/discreet.h says, so that this costs nothing at each request.
InFlightNote* note_in_flight(InFlightNotes& notes, std::size_t hint, const Whose& whose,
                             const RequestLine& line, std::int64_t now_ns);
// The same thread, as long as it has not forgotten the note.
void body_has_come(InFlightNote& note);
void forget(InFlightNote& note);

// The coordinator: from now on no drain waits for those of the site that a note tells of; and back,
// for those who were let through to that side. How many were not left behind before.
std::int64_t leave_behind(InFlightNotes& notes, std::size_t site);
void await_again(InFlightNotes& notes, const Whose& whose);
std::int64_t left_behind(const InFlightNotes& notes, std::size_t site);
// It was left behind at the side that does not serve any more.
bool is_left_behind(const InFlightNote& note, std::size_t site, Side serving);

void add_in_flight(const InFlightNotes& notes, std::size_t site, std::int64_t now_ns,
                   std::vector<InFlight>& found);

// The oldest first.
std::vector<InFlight> oldest(std::vector<InFlight> requests, std::size_t most);

static_assert(std::is_standard_layout_v<InFlightNote> && sizeof(InFlightNote) == 128);

}  // namespace cutover
