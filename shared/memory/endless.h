// SPDX-License-Identifier: Apache-2.0
// Requests that never end: a connection that was upgraded (a WebSocket), from its 101 on, and
// answers that CutoverStreams names. No drain waits for them. They are counted apart, and once all
// others have ended and the word is sealed, each child closes their connections: the clients come
// again, are held as anybody, and go to the other side.
//
//   worker                                        coordinator
//   W1  its child knows whose connection it is    D1  sums in_flight to zero, behind the seal
//   (gate.h) W2  open += 1         (seq_cst)               D2  order = the seal's epoch, and the
//   side W3  in_flight -= 1    (release)               D3  waits until the sum of open is zero
//
// Each was counted in at the gate. W2 comes before W3, so that at any moment it is in one of the
// two sums at least; and in_flight is summed first, so that whoever is in it no more is found in
// the other one. After D1 nobody becomes endless any more, for nobody is in flight: so those that
// D3 counts are all, and by W1 each child knows its own.
//
// The order holds for as long as the word is that very seal. It is a level, and nobody has to take
// it back: the next word ends it. When a side serves, those of the other one are closed without an
// order: a coordinator may have died between the seal and the order.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "shared/protocol/side.h"

namespace cutover {

struct SiteControl;
struct CounterArea;

// One child's, for one site. Written by the child's threads, and by the parent when it is gone.
struct alignas(64) EndlessCounts {
  std::array<std::atomic<std::int64_t>, 2> open;  // by Side
};

// The coordinator, of a word that is sealed: `leaving` is the side whose connections are closed.
void order_close(SiteControl& control, Side leaving);
// A child, of a connection that was let through to `side`.
bool is_to_close(const SiteControl& control, Side side);

std::int64_t sum_endless(const CounterArea& area, std::size_t site, Side side);

static_assert(sizeof(EndlessCounts) == 64);

}  // namespace cutover
