// SPDX-License-Identifier: Apache-2.0
// Takes whoever connects to a socket, one after the other and as they came. Nothing that a peer
// does makes it wait: a flood is taken as fast as it comes, and the one behind it with it.
//
// Threads: all is the own thread's but `stopping_`, a level that carries nothing else with it.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include "mod_cutover/state/fd.h"

namespace cutover {

class Doorman {
 public:
  // `listener` does not block. `receive` is called by the thread, and must not wait for the peer.
  Doorman(Fd listener, std::function<void(Fd)> receive);
  ~Doorman() { stop(); }
  Doorman(const Doorman&) = delete;
  Doorman& operator=(const Doorman&) = delete;

  // Nobody is received after it.
  void stop();

 private:
  void run();
  void take_all();
  void receive(Fd connection);
  bool turn_one_away();

  Fd listener_;
  // Given up for a moment where no descriptor is left, so that those who wait can be turned away.
  // They would be reported again and again.
  Fd spare_;
  std::function<void(Fd)> receive_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;  // last: it uses all of them
};

}  // namespace cutover
