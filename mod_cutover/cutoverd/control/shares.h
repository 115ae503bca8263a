// SPDX-License-Identifier: Apache-2.0
// Who is connected to the control socket, by uid. Each uid has places of its own, so that whoever
// takes all of his takes none of another's: httpd's User is whatever a broken script of the site
// may do, and root has to get in beside it. Only root and httpd's User get as far as here, hence at
// most twice a share in descriptors and threads.
//
// Threads: `mutex_` guards the list; the listener enters, each connection's own thread leaves,
// and the one that ends the server shuts down what is left. A descriptor is in the list from before
// its thread begins until before it is closed: a number that is in it is still that connection's.
// A uid's turn is taken by its own threads alone, for as long as they compute an answer and never
// while they send or read: no other uid waits for it, nor for who reads slowly.
#pragma once

#include <sys/types.h>

#include <map>
#include <vector>

#include "mod_cutover/state/guarded.h"

namespace cutover {

class Shares {
 public:
  static constexpr std::size_t kPlaces = 32;
  // All else that can be asked for ends by itself: commands by their time limits, silence after
  // five seconds. So places come free again, whatever is watched and forgotten.
  static constexpr std::size_t kWatches = 16;

  // False, and nothing is kept, where this uid has all of its places.
  bool enter(uid_t uid, int connection);
  void leave(int connection);

  // False where this uid watches with as many as it may.
  bool watches(int connection);

  // What is answered without a command is computed for one of a uid's connections at a time.
  Mutex& turn_of(uid_t uid);

  bool empty() const;
  // Whoever still reads, or is still sent to, is disconnected.
  void end_all() const;

 private:
  struct Place {
    int connection;
    uid_t uid;
    bool watches;
  };

  mutable Mutex mutex_;
  std::vector<Place> places_ CUTOVER_GUARDED_BY(mutex_);
  // Never taken out again: there are two uids at most.
  std::map<uid_t, Mutex> turns_ CUTOVER_GUARDED_BY(mutex_);
};

}  // namespace cutover
