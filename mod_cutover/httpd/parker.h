// SPDX-License-Identifier: Apache-2.0
// The one thread of a child that watches over its parked requests: for another word, for their
// deadlines and for clients that leave. It decides nothing: it lets a connection go by writing its
// eventfd, and the worker that resumes it goes through the gate and acts on what it reads there.
//
//   worker                                  parker
//   W1  lock: into the line                 P1  lock: bits = word; not a hold? the line is let go
//   W2  word: not a hold? let go oneself    P2  sleeps until the word is not `bits` (futex)
//
// No request is forgotten: W1 comes before some P1 that sees the decision, which then lets it go;
// or after the last such P1, and then W2, behind it in the mutex's order, reads that decision too.
#pragma once

#include <array>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

#include "mod_cutover/httpd/parked.h"
#include "shared/block.h"

namespace cutover {

class Parker {
 public:
  // Starts the thread. Throws std::system_error.
  explicit Parker(const ControlArea& control);
  ~Parker() { stop(); }
  Parker(const Parker&) = delete;
  Parker& operator=(const Parker&) = delete;

  // From any thread. False, with nothing kept, when there is no means to watch its client. It may
  // be let go before this returns.
  bool add(Parked& one);
  // The parker forgets it and does not touch it again; it may know it no longer, or never have.
  void remove(Parked& one);
  // What is parked then stays so. Once, by the thread that ends the child.
  void stop();

 private:
  struct Nap;

  void run();
  Nap look(std::unique_lock<std::mutex>& lock);
  void let_line_go(std::size_t site, std::unique_lock<std::mutex>& lock);
  std::int64_t let_due_go(std::size_t site, std::int64_t now);
  void let_leavers_go();
  void let_go(Parked& one);

  const ControlArea& control_;
  Fd clients_;  // epoll
  std::mutex mutex_;
  // All below: guarded by mutex_.
  std::condition_variable changed_;
  std::array<std::list<Parked*>, kMaxSites> lines_;  // by site, in order of arrival
  std::size_t waiting_ = 0;                          // in all lines
  bool stopping_ = false;

  std::thread thread_;  // the last member: it uses all others
};

}  // namespace cutover
