// SPDX-License-Identifier: Apache-2.0
// Those of one site who are parked in one child, in order of their arrival; and once a side is
// decided, those of them who have been let go to it in their turn and are under way, each in a
// place of the window that the site's children share (memory/release.h).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>

#include "mod_cutover/httpd/hold/waiter.h"
#include "shared/figures/site_window.h"
#include "shared/memory/layout.h"

namespace cutover {

// All but takes_fresh() under the waker's mutex.
class ReleaseQueue {
 public:
  // `most`: threads that the child can spare for releases; more are never under way here.
  ReleaseQueue(const SiteControl& control, SiteCounters& figures, SiteWindow window, int most);

  bool empty() const { return waiting_.empty(); }
  Waiter& first() { return *waiting_.front(); }
  // By its own deadline: who was let go, and is held again, takes its old place. Throws bad_alloc.
  void join(Waiter& one);
  void leave(Waiter& one);

  // Reads the word, and acts on another one: a side begins a release, a hold ends it. Who has been
  // under way for too long lapses.
  void look(std::int64_t now_ns);
  bool decided() const { return decided_; }
  std::uint64_t word() const { return word_; }
  // When the first is due: by the shared deadline, too, as long as no side is decided.
  std::int64_t due_ns() const;

  // A place for the next one. `of_share`: this child has just given one back.
  std::optional<Departure> take_place(std::int64_t now_ns, bool of_share);
  // Below this a release would hardly be one.
  bool has_few() const { return under_way_.size() < kFew; }
  bool has_room() const { return under_way_.size() < most_; }
  // The first of the queue is under way from now on, in that place; or one that is due, in any
  // case.
  void take_turn(Waiter& one, std::int64_t now_ns, const std::optional<Departure>& place);
  void lapse(Waiter& one);
  void end_turn(Waiter& one);
  // What this child does not take wakes others who wait.
  void pass_on(std::int64_t now_ns);
  SiteWindow& window() { return window_; }

  // A fresh request belongs behind those who wait here. A glance, from any thread: what it misses
  // is its place in the queue, no more.
  bool takes_fresh() const { return takes_fresh_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t kFew = 2;

  void publish();

  const SiteControl& control_;
  SiteCounters& figures_;
  std::list<Waiter*> waiting_;
  std::list<Waiter*> under_way_;  // in the order in which they were let go; none that has lapsed
  SiteWindow window_;
  std::size_t most_;
  std::uint64_t word_ = 0;
  bool decided_ = false;
  // Until when the fresh join: by then all who were held at the decision are through, at the latest
  // by their own deadlines. Where more come than the window lets go, it ends there.
  std::int64_t until_ns_ = 0;
  std::int64_t now_ns_ = 0;  // of the last look
  // What `figures_` was told last. The difference is added: several children may share a slot.
  std::int64_t told_releasing_ = 0;

  std::atomic<bool> takes_fresh_{false};
};

}  // namespace cutover
