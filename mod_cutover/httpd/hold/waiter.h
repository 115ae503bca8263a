// SPDX-License-Identifier: Apache-2.0
// A request that is held without a thread, as the waker of its child knows it: descriptors and
// times alone. Request and connection belong to the worker that resumes them; the waker touches
// neither, and allocates from no pool of httpd.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>

#include "mod_cutover/state/fd.h"
#include "shared/figures/release_window.h"

namespace cutover {

// Its part in a release: let go in its turn, and not at its end yet.
enum class Turn : std::uint8_t { kNone, kUnderWay, kLapsed };

struct Waiter {
  // Written by the worker that parks it, before the waker has it; not changed while it has.
  Fd wake;                          // an eventfd, which the MPM polls in the socket's place
  int client = -1;                  // the client's socket, watched for its end
  bool may_close_its_half = false;  // its client has not left by that (client.h)
  std::size_t site = 0;             // index of its records
  std::int64_t limit_ns = 0;        // its own deadline; the shared one may be earlier

  // Guarded by the waker's mutex.
  bool watched = false;  // its socket is in the waker's epoll set
  bool waiting = false;  // it stands in its site's queue
  bool client_gone = false;
  Turn turn = Turn::kNone;
  bool on_its_way = false;             // let go in its turn, and not with a thread yet
  std::int64_t let_go_ns = 0;          // the beginning of its turn,
  Departure departure;                 // and what stood then
  std::list<Waiter*>::iterator place;  // in the queue, or among those under way
};

}  // namespace cutover
