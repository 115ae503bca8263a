// SPDX-License-Identifier: Apache-2.0
// `CutoverStragglers close`: a thread of each child that closes the connections of requests which a
// drain has left behind. Not before the other side serves: a run that is turned back has cut nobody
// off. What a request's own thread notices is a client that left.
#pragma once

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "mod_cutover/state/guarded.h"
#include "shared/memory/layout.h"

namespace cutover {

class Closer {
 public:
  // Starts the thread; `sites` are those that want it. Throws std::system_error.
  Closer(const ControlArea& control, const InFlightNotes& notes, std::vector<std::size_t> sites);
  ~Closer() { stop(); }
  Closer(const Closer&) = delete;
  Closer& operator=(const Closer&) = delete;

  // The thread that works on the request: it has this note and this connection, and gives both up
  // before it forgets the note, and before `client` is closed.
  void enters(const InFlightNote& note, const void* connection, int client);
  void leaves(const InFlightNote& note);
  // A connection may be closed before its last request's pool is.
  void connection_ends(const void* connection);

  // Once, by the thread that ends the child; in a prefork that may be in the middle of any of the
  // above, which is why the closer itself waits for nobody.
  void stop();

 private:
  // `client` and what becomes of it: under the mutex, so that a number which is here is still that
  // request's, and its note too. `connection`: for who looks for his own.
  struct Client {
    Mutex mutex;
    std::atomic<const void*> connection{nullptr};
    int client CUTOVER_GUARDED_BY(mutex) = -1;
  };

  void run();
  void look(std::size_t site);
  void forget(Client& one);
  Client& of(const InFlightNote& note) {
    return clients_[static_cast<std::size_t>(&note - first_)];
  }

  const ControlArea& control_;
  const InFlightNote* const first_;
  const std::vector<std::size_t> sites_;
  std::array<Client, kNotes> clients_;

  Mutex mutex_;
  Condition stops_;
  bool stopping_ CUTOVER_GUARDED_BY(mutex_) = false;

  std::thread thread_;  // the last member: it uses all others
};

}  // namespace cutover
