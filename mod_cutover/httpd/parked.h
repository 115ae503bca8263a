// SPDX-License-Identifier: Apache-2.0
// A request that is held without a thread, as the parker of its child knows it: descriptors and
// times alone. Request and connection belong to the worker that resumes them; the parker touches
// neither, and allocates from no pool of httpd.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>

#include "mod_cutover/state/fd.h"

namespace cutover {

struct Parked {
  // Written by the worker that parks it, before the parker has it; not changed while it has.
  Fd wake;                    // an eventfd, which the MPM polls in the socket's place
  int client = -1;            // the client's socket, watched for its end
  std::size_t site = 0;       // index of its records
  std::int64_t limit_ns = 0;  // its own deadline; the shared one may be earlier

  // Guarded by the parker's mutex.
  bool watched = false;  // its socket is in the parker's epoll set
  bool waiting = false;  // it stands in its site's line, at `place`
  bool client_gone = false;
  std::list<Parked*>::iterator place;
};

}  // namespace cutover
