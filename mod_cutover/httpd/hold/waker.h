// SPDX-License-Identifier: Apache-2.0
// The one thread of a child that watches over its parked requests: for another word, for their
// deadlines and for clients that leave. It decides nothing: it lets a connection go by writing its
// eventfd, and the worker that resumes it goes through the gate and acts on what it reads there.
//
//   worker                                  waker
//   W1  lock: into the queue                P1  lock: bits = word; not a hold? a release begins
//   W2  word: not a hold? a release begins  P2  sleeps until the word is not `bits` (futex)
//
// No request is forgotten. The waker reads a decision at some P1, at the latest when the futex
// wakes it. A worker that took the mutex before that P1 is in the queue, and is let go there. One
// that took it afterwards reads the word at its own W2; since the mutex puts that behind the P1, it
// reads the decision as well, and begins the release itself.
//
// The children of a site share the window of its release (memory/release.h). Between them no strict
// order is kept: none can serve what another has accepted, so that one which waited for an older
// request of another's would leave its threads idle and help nobody. Whoever ends a turn lets the
// next one of his child go, in his own thread, as long as that has not more than its share of the
// places; what is beyond it wakes the others. Nobody is overtaken by those who came a hold time
// later, because by then he was due.
//
// A queue never stands still: where it finds no place, somebody is under way, in whatever child.
// When that one ends its turn, or it lapses, the place is for whoever is woken by it; a waker looks
// once a slice in any case. A killed child's places go with its slot.
#pragma once

#include <deque>
#include <functional>
#include <thread>

#include "mod_cutover/httpd/hold/release_queue.h"
#include "mod_cutover/httpd/hold/waiter.h"
#include "mod_cutover/state/guarded.h"
#include "shared/memory/layout.h"

namespace cutover {

// What a turn came to.
enum class TurnEnd : std::uint8_t {
  kNothing,  // the host did not see the request
  kAnswered,
  kFailed,  // there was no answer to be had, or the host said that it can give none
};

// Those of the child, of which a release leaves some to others.
struct Threads {
  int all = 1;
  int spare = 1;                      // what a release may take at most
  std::function<bool(int)> are_idle;  // so many at least
};

class Waker {
 public:
  // Starts the thread; `figures` are this child's, in that area. Throws std::system_error.
  Waker(const ControlArea& control, const CounterArea& area, ChildSlot& figures, Threads threads);
  ~Waker() { stop(); }
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;

  // From any thread. False, with nothing kept, when there is no means to watch its client. It may
  // be let go before this returns. A turn that it had is over.
  bool add(Waiter& one);
  // The waker does not let it go any more; it may have done so, or never have known it.
  void remove(Waiter& one);
  // The waker forgets it and its turn, and does not touch it again.
  void forget(Waiter& one);

  // Its turn, if it had one: it came to its end; or it will last for long, and holds nobody up.
  void end_turn(Waiter& one, TurnEnd end, std::int64_t took_ns);
  void lapse(Waiter& one);

  // Those of the site who wait here go before a fresh request: one load, without the mutex, of a
  // queue that is there as long as this is.
  bool takes_fresh(std::size_t site) const CUTOVER_UNCHECKED { return queues_[site].takes_fresh(); }
  // What is parked then stays so. Once, by the thread that ends the child.
  void stop();

 private:
  struct Nap;

  void run();
  Nap look() CUTOVER_REQUIRES(mutex_);
  // `soon_idle`: this thread, where it has just ended a turn, which the scoreboard does not know.
  void let_turns_go(ReleaseQueue& queue, std::int64_t now_ns, int soon_idle = 0)
      CUTOVER_REQUIRES(mutex_);
  bool has_thread(const ReleaseQueue& queue, int soon_idle) const CUTOVER_REQUIRES(mutex_);
  std::int64_t let_due_go(ReleaseQueue& queue, std::int64_t now_ns) CUTOVER_REQUIRES(mutex_);
  void let_leavers_go() CUTOVER_REQUIRES(mutex_);
  void take_turn(Waiter& one, std::int64_t now_ns, const std::optional<Departure>& place)
      CUTOVER_REQUIRES(mutex_);
  void finish_turn(Waiter& one) CUTOVER_REQUIRES(mutex_);
  void go_on(std::size_t from, int soon_idle = 0) CUTOVER_REQUIRES(mutex_);
  void leave_queue(Waiter& one) CUTOVER_REQUIRES(mutex_);

  const ControlArea& control_;
  const Threads threads_;
  Fd clients_;  // epoll
  Mutex mutex_;
  Condition changed_;
  // By site, and with each queue what a Waiter says of its place in it.
  std::deque<ReleaseQueue> queues_ CUTOVER_GUARDED_BY(mutex_);
  std::size_t waiting_ CUTOVER_GUARDED_BY(mutex_) = 0;  // in all lines
  // Let go in their turns, each to take an idle thread.
  int on_their_way_ CUTOVER_GUARDED_BY(mutex_) = 0;
  bool stopping_ CUTOVER_GUARDED_BY(mutex_) = false;

  std::thread thread_;  // the last member: it uses all others
};

}  // namespace cutover
