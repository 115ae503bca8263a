// SPDX-License-Identifier: Apache-2.0
// One site's release, of all children together: the requests that were held, and the fresh ones
// that come meanwhile, share one window's places.
//
// Written and read by every child's threads, in the area that children may write; the parent gives
// back what a dead child has left. Nothing here decides where a request goes: that is the word's.
// What is lost or torn here makes a window narrower or wider for some answers, no more, and nobody
// waits beyond his own deadline for a place.
//
//   places      Each child counts those that it has taken in its own slot (`under_way`). Who wants
//               one counts it first, then sums all slots (both seq_cst), and gives it back where
//               the sum is above the width. Of those that want the last place at once at most one
//               has it: in the one total order somebody's count is the last, and he sees them all.
//               Perhaps none has it; then each looks again, within a slice. A slot that has taken
//               no place for longer than an answer takes at most (`taken_ns`) is passed over: its
//               requests are long polls, or its child stands still. Two who find it so at once may
//               both take a place.
//   figures     What the window has heard (figures/release_window.h), read, changed and stored by
//               one at a time: whoever gets `writer` from 0 to its pid. Who does not get it at once
//               leaves his answer out, and so does everybody while its owner stands still: the
//               window keeps its width. All of it is relaxed but for `writer` (acquire, release).
//   word        The side's word whose release the figures are of; stored last by whoever begins it.
//               As long as another one stands there, a release has its first width.
//   answered    One more with each answer, of whatever release, failures too: whoever takes a place
//               notes it, and reads by his own answer who was ahead of him. It never starts anew.
//   until_ns    Somebody who was held at the decision waits for his turn; at the latest until then
//               fresh requests take places, too. 0: nobody waits, which is nearly always. Whoever
//               finds nobody waiting puts it from what he read to 0; who begins raises it. One who
//               waits and finds it 0 raises it again at his next look.
//   given_back  One more with each place that may be free: those who wait sleep on it (a futex).
//
// A killed child's places go with its slot, in which nobody else counts; `writer` is its pid, and
// is taken from it by the parent. In the slot that several children share, what a crashed one has
// left is passed over as soon as the others are through.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace cutover {

inline constexpr std::size_t kWindowWords = 12;

struct alignas(64) SiteRelease {
  std::atomic<std::uint64_t> word;
  std::atomic<std::int64_t> until_ns;
  std::atomic<std::uint64_t> given_back;
  std::atomic<std::int64_t> width;
  std::atomic<std::int64_t> patience_ns;
  std::atomic<std::uint64_t> answered;
  std::atomic<std::int32_t> writer;
  std::array<std::atomic<std::uint64_t>, kWindowWords> figures;
};

static_assert(sizeof(SiteRelease) == 192);

}  // namespace cutover
