// SPDX-License-Identifier: Apache-2.0
// Who is in flight: a note in shared memory for each request that was counted in, with its first
// line and its beginning. For people alone: which request does a drain wait for, which path is
// slow. A request that finds no free note goes without; nothing is decided by one.
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

namespace cutover {

inline constexpr std::size_t kNotes = 64;  // a child; the oldest request of many is among them

// Claimed by a compare-and-swap of `began_ns` from 0 to kBeingWritten, so that a note has one
// writer at a time; the rest follows; then `began_ns` again. Given back with a 0. A reader (the
// coordinator) copies the rest between two loads of `began_ns` and throws away what changed
// meanwhile. All stores are releases and all loads acquires: who reads a later request's words has
// its claim happen before, and so does not find the earlier one's `began_ns` the second time.
struct alignas(64) InFlightNote {
  std::atomic<std::int64_t> began_ns;  // CLOCK_MONOTONIC; 0: nobody's
  std::atomic<std::uint32_t> site;
  std::atomic<std::uint32_t> length;  // of the text
  std::array<std::atomic<std::uint64_t>, 14> text;

  static constexpr std::int64_t kBeingWritten = -1;
  static constexpr std::size_t kLongest = 14 * sizeof(std::uint64_t);
};

using InFlightNotes = std::array<InFlightNote, kNotes>;

// A worker's thread: `hint` is where it looks first, best its own number. Nothing when the notes
// there are taken. A longer text is cut.
InFlightNote* note_in_flight(InFlightNotes& notes, std::size_t hint, std::size_t site,
                             std::string_view method, std::string_view path, std::int64_t now_ns);
void forget(InFlightNote& note);

// A request in flight, copied.
struct InFlight {
  std::string what;  // "GET /reports", harmless
  std::chrono::nanoseconds age{0};
};
void add_in_flight(const InFlightNotes& notes, std::size_t site, std::int64_t now_ns,
                   std::vector<InFlight>& found);

// The oldest first.
std::vector<InFlight> oldest(std::vector<InFlight> requests, std::size_t most);

static_assert(std::is_standard_layout_v<InFlightNote> && sizeof(InFlightNote) == 128);

}  // namespace cutover
