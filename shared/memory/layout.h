// SPDX-License-Identifier: Apache-2.0
// The shared memory of one httpd: two areas with different writers, so that workers can be given
// the first one read-only. A change of layout needs a new kLayoutVersion: a module of another
// version that takes over in a graceful leaves this memory to those who have it, and makes its own.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "shared/memory/endless.h"
#include "shared/memory/in_flight.h"
#include "shared/memory/release.h"
#include "shared/memory/slow_kinds.h"
#include "shared/memory/stray_sketch.h"
#include "shared/protocol/counts.h"
#include "shared/protocol/word.h"

namespace cutover {

inline constexpr std::uint64_t kLayoutVersion = 0x6375746f7672000c;  // "cutovr", layout 12
inline constexpr std::size_t kMaxSites = 32;
inline constexpr std::size_t kMaxLives = 32;
inline constexpr std::size_t kMaxSiteName = 63;
inline constexpr std::size_t kCacheLine = 64;

// One site's decision.
// Written by: httpd's parent before the first child of a boot is forked (name, first word), the
// coordinator afterwards (everything but the name). Read by: every worker, read-only mapping.
// Order: `deadline_ns` is stored before `word` (both seq_cst), so whoever sees a hold sees its
// deadline. `name` is written before `used` and never changes while `used` is 1.
// `withdrawn` is the parent's alone: a configuration of that number takes this site, or one of its
// vhosts, from behind the gate, which must not happen while a run holds requests.
//   parent: stores `withdrawn`, then reads the journal     coordinator: records the run in the
//   (a run is recorded? the gate stays)                    journal, then reads `withdrawn` (a newer
//                                                          configuration's? the run does not begin)
// Whichever stores second reads what the first has stored. So either the parent keeps the gate, or
// the coordinator gives up its run; perhaps both.
struct alignas(kCacheLine) SiteControl {
  std::atomic<std::uint64_t> word;         // see word.h
  std::atomic<std::int64_t> deadline_ns;   // CLOCK_MONOTONIC; when a held request is let go at last
  std::atomic<std::int64_t> heartbeat_ns;  // CLOCK_MONOTONIC; its thread's last sign of life
  std::atomic<std::uint32_t> used;
  std::atomic<std::uint32_t> withdrawn;
  std::array<char, 64> name;  // NUL-terminated
  // The coordinator's own questions are known by it (question.h). It is stored before the first of
  // them is asked; whoever reads half of it takes the question for a visitor's.
  std::array<std::atomic<std::uint64_t>, 4> question;
  // Whose thread beats here; 0 while none does. Written by that thread, after its first beat.
  std::atomic<std::int32_t> coordinator;
  std::array<char, 4> before_order;
  std::atomic<std::uint64_t> close_order;  // of connections that never end (endless.h)
  std::array<char, 48> padding;
  SlowKinds slow;  // of no meaning but while the word says quieting
};

// The sign of life of a coordinator as a whole, from its start to its end: its first thread's.
// Written by: that process, which claims the place by a compare-and-swap of `pid` from 0, or from a
// process that is not there any more, once it has beaten. Read by: httpd's parent, of the processes
// that it has started and not yet reaped.
struct CoordinatorLife {
  std::atomic<std::int64_t> heartbeat_ns;
  std::atomic<std::int32_t> pid;
  std::array<char, 4> padding;
};

struct ControlArea {
  std::atomic<std::uint64_t> version;
  std::array<char, 56> padding;
  std::array<SiteControl, kMaxSites> sites;
  std::array<CoordinatorLife, kMaxLives> lives;
};

// One child's counts for one site, on cache lines that no other child writes.
// Written by: the threads of the child that owns the slot; by the parent only after that child is
// gone. Read by: the coordinator, which sums. `in_flight` takes part in the gate's argument
// (gate.h); all others are figures for people and are relaxed.
struct alignas(kCacheLine) SiteCounters {
  std::atomic<std::int64_t> in_flight;
  std::atomic<std::int64_t> held_now;
  std::array<std::atomic<std::uint64_t>, 2> served;  // by Side
  std::atomic<std::uint64_t> held;                   // ever; = released + timed_out + shed_held
  std::atomic<std::uint64_t> released;               //     + client_gone + held_now
  std::atomic<std::uint64_t> timed_out;
  std::atomic<std::uint64_t> shed_held;  // held, then let go with 503 for lack of means
  std::atomic<std::uint64_t> client_gone;
  std::atomic<std::uint64_t> shed;      // refused on arrival: over the hold limit, never held
  std::atomic<std::int64_t> releasing;  // of held_now: a side is decided, their turn is not yet
  std::atomic<std::int64_t> under_way;  // in places of the release (release.h)
  std::atomic<std::int64_t> taken_ns;   // when the last of these was taken
  // Of `served`: from addresses of the side's own host, and nobody says to have passed them on.
  std::atomic<std::uint64_t> own;
  std::atomic<std::uint64_t> self_calls;       // let through in a drain, after they counted in
  std::atomic<std::uint64_t> self_calls_done;  // of these: before they counted out
};

// A child claims a slot by a compare-and-swap of `pid` from 0. The parent gives it back when the
// child has been reaped: what is not a running total to zero, then pid to 0. The running totals
// stay in the slot for its next owner, so that a sum over all slots never goes backwards. `notes`
// are written as in_flight.h says; the parent clears a dead child's.
struct ChildSlot {
  alignas(kCacheLine) std::atomic<std::int32_t> pid;
  std::atomic<std::uint32_t> configuration;  // its child's; written by it after the claim
  std::array<SiteCounters, kMaxSites> sites;
  std::array<EndlessCounts, kMaxSites> endless;
  InFlightNotes notes;
};

// The last slot belongs to nobody: children that found no free one share it (its pid stays -1), so
// that no request is ever served uncounted. What a crashed child leaves in it cannot be told apart
// and keeps the site from draining: a switch is then refused, which is the safe answer.
struct CounterArea {
  ChildSlot* slots;
  std::size_t count;                // with the shared one
  SiteStrays* strays = nullptr;     // kMaxSites of them, before the slots
  SiteRelease* releases = nullptr;  // as many, after those

  ChildSlot& shared_slot() const { return slots[count - 1]; }
};

// The gate's second half (gate.h): seq_cst loads, to be called after the hold was stored. It counts
// those in flight, less those who were left behind, which a mark in their note says. A request
// counts itself in, then writes its note; it forgets its note, then counts itself out. Here the
// count of a child is read first, and its notes afterwards: whoever still has a marked note then
// was in that count. So nobody is taken off who was not counted, and a sum of zero says that
// everybody who was counted is marked. Who forgets his note between the two looks is counted once
// too often, which is no harm: the drain looks again.
std::int64_t sum_in_flight(const CounterArea& area, std::size_t site);
// `CutoverStragglers close`: marks those that are in flight just now, as far as notes tell of them,
// and takes the marks of those at one side away. The coordinator alone. Nothing else of a request
// changes by it: its child closes its connection when the site has changed sides (closer.h).
std::int64_t leave_behind(const CounterArea& area, std::size_t site);
void await_again(const CounterArea& area, const Whose& whose);
std::int64_t sum_held(const CounterArea& area, std::size_t site);
Counts sum(const CounterArea& area, std::size_t site);
// Those in flight who may be waiting for a self-call: all but other self-calls. The entered are
// read first, those in flight then, and those who are done last: a self-call that is among the
// first and not among the last was in flight at the look between. So nobody is taken off who was
// not counted, and a caller is never overlooked. Who has come just now, and is about to be held or
// to be noted, may be taken for one.
std::int64_t sum_callers(const CounterArea& area, std::size_t site);
// Those that a note tells of; not all, where a child serves more at once than it has notes.
std::vector<InFlight> in_flight(const CounterArea& area, std::size_t site, std::int64_t now_ns);

// Claims a slot for this child; the shared one when none is free.
ChildSlot& claim_slot(const CounterArea& area, std::int32_t pid);
// The parent, after `pid` was reaped. What it held is counted as client_gone: those connections
// were cut. False when no slot was its own.
bool retire_slot(const CounterArea& area, std::int32_t pid);

// The index of the site, or kMaxSites. `adopt` takes a free record when there is none; the parent
// alone calls it.
std::size_t find_site(const ControlArea& control, std::string_view site);
std::size_t adopt_site(ControlArea& control, std::string_view site, std::uint64_t first_word,
                       std::int64_t deadline_ns = 0);

// The parent gives back the place of a site that has been withdrawn, once no child is there any
// more whose configuration has it; false while there is one. The place is closed first, then the
// slots are looked at, and a child claims its slot first, then looks for its sites: so either the
// child is seen here, or it does not find the site any more.
bool give_back_site(ControlArea& control, const CounterArea& area, std::size_t index);

// The counter area in memory, from its first byte: the strays of all sites, their releases, then
// the slots.
inline constexpr std::size_t kStraysSize =
    (sizeof(SiteStrays) * kMaxSites + kCacheLine - 1) / kCacheLine * kCacheLine;
inline constexpr std::size_t kReleasesSize = sizeof(SiteRelease) * kMaxSites;
constexpr std::size_t counter_area_size(std::size_t slots) {
  return kStraysSize + kReleasesSize + slots * sizeof(ChildSlot);
}
CounterArea counter_area(void* at, std::size_t size);

static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
static_assert(std::atomic<std::int64_t>::is_always_lock_free);
static_assert(std::atomic<std::int32_t>::is_always_lock_free);
static_assert(std::is_standard_layout_v<ControlArea> && std::is_standard_layout_v<ChildSlot>);
static_assert(sizeof(SiteControl) == 704 && sizeof(SiteCounters) == 128);
static_assert(sizeof(ControlArea) == 64 + 704 * kMaxSites + 16 * kMaxLives);
static_assert(sizeof(ChildSlot) == 64 + (128 + 64) * kMaxSites + 128 * kNotes);

}  // namespace cutover
