// SPDX-License-Identifier: Apache-2.0
// The gate: what a worker does for every request, and the argument that makes "drained" true.
//
//   worker                                   coordinator
//   W1  in_flight += 1     (seq_cst)         D1  word = hold          (seq_cst)
//   W2  w = word           (seq_cst)         D2  sum all in_flight    (seq_cst)
//   W3  hold? in_flight -= 1, wait           D3  zero? nobody is inside
//       else serve, and in_flight -= 1 at the end
//
// All four accesses are seq_cst, so they stand in one total order. Either W1 comes before the load
// of that slot in D2: then D2 counts the worker. Or it comes after: then D1 < D2 < W1 < W2 in that
// order and W2 reads the hold. There is no third case, hence no request that both D2 missed and
// W2 let through. W1 and W2 in the other order (look, then count in) would have one: the worker
// looks, the coordinator stores and sums zero, the worker counts in and serves.
//
// A worker whose hold is over, by its deadline or by a new word, goes through the gate again and
// acts on what it reads THEN, never on what it read before it slept.
#pragma once

#include "shared/memory/layout.h"
#include "shared/protocol/word.h"

namespace cutover {

enum class Verdict : std::uint8_t { kServeOld, kServeNew, kHold, kRefuse };

struct Entry {
  Verdict verdict;
  Word seen;  // for kHold: wait until the word is another one
};

constexpr Side side_of(Verdict v) { return v == Verdict::kServeNew ? Side::kNew : Side::kOld; }

class Gate {
 public:
  Gate(const SiteControl& control, SiteCounters& mine) : control_(control), mine_(mine) {}

  // Counted in when the verdict is to serve; leave() must follow then, exactly once. `takes_long`
  // is asked of a request that has just come, while the word says quieting; who was held before is
  // served then, as at any time when a side serves.
  template <typename TakesLong>
  Entry enter(const TakesLong& takes_long) {
    const Word seen = count_in_and_look();
    if (seen.quieting && takes_long()) {
      leave();
      return {Verdict::kHold, seen};
    }
    if (seen.mode == Mode::kOld) return serve(Side::kOld, seen);
    if (seen.mode == Mode::kNew) return serve(Side::kNew, seen);
    leave();
    return {Verdict::kHold, seen};
  }

  Entry enter() {
    return enter([] { return false; });
  }

  // The same at the end of a hold's time: what the word says for that moment.
  Entry enter_at_deadline() {
    const Word seen = count_in_and_look();
    if (seen.mode == Mode::kOld) return serve(Side::kOld, seen);
    if (seen.mode == Mode::kNew) return serve(Side::kNew, seen);
    if (seen.at_deadline == AtDeadline::kOld) return serve(Side::kOld, seen);
    if (seen.at_deadline == AtDeadline::kNew) return serve(Side::kNew, seen);
    leave();
    return {Verdict::kRefuse, seen};
  }

  // A request that somebody in flight is waiting for (CutoverSelfCalls). Where the word names a
  // side for the deadline nothing irrevocable has been sent, and each who is held may go to that
  // side by himself, as he does at the end of his time: so this one may, now. It counts itself in
  // and looks as all do, so the argument above holds with the seal in D1's place. The hold's first
  // sum of zero is no proof while such ones may come; the seal is stored after it, and the second
  // sum comes after the seal: who has looked before the seal is in that sum, and who looks later is
  // held.
  Entry enter_as_own() {
    const Word seen = count_in_and_look();
    if (lets_own_through(seen)) return serve(side_at_deadline(seen), seen);
    leave();
    return {Verdict::kHold, seen};
  }

  // Release: whatever the request did on this side happens before a drain that sees it gone.
  void leave() { mine_.in_flight.fetch_sub(1, std::memory_order_release); }

 private:
  Word count_in_and_look() {
    mine_.in_flight.fetch_add(1, std::memory_order_seq_cst);
    return decode(control_.word.load(std::memory_order_seq_cst));
  }

  Entry serve(Side side, Word seen) {
    mine_.served[static_cast<std::size_t>(side)].fetch_add(1, std::memory_order_relaxed);
    return {side == Side::kOld ? Verdict::kServeOld : Verdict::kServeNew, seen};
  }

  const SiteControl& control_;
  SiteCounters& mine_;
};

}  // namespace cutover
