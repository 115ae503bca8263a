// SPDX-License-Identifier: Apache-2.0
// A thread of each child that closes the connections of requests that never end (memory/endless.h),
// when the coordinator orders it, or when the other side serves. It is there from the first such
// request on.
#pragma once

#include <atomic>
#include <list>
#include <thread>

#include "mod_cutover/state/fd.h"
#include "mod_cutover/state/guarded.h"
#include "shared/memory/layout.h"

namespace cutover {

// Under the cutter's mutex, so that a number which is here is still that request's.
struct EndlessRequest {
  Whose whose;
  const void* connection = nullptr;
  int client = -1;             // its socket; none for a stream of HTTP/2, and once it is closed
  Fd origin{};                 // of our own: mod_proxy's socket for it
  std::int64_t closed_ns = 0;  // when it was to be closed
};

class Cutter {
 public:
  explicit Cutter(const ControlArea& control) : control_(control) {}
  ~Cutter() { stop(); }
  Cutter(const Cutter&) = delete;
  Cutter& operator=(const Cutter&) = delete;

  // The thread that works on the request; it gives the answer back before the request's end. None
  // where the child ends. Throws std::system_error where there can be no thread.
  EndlessRequest* enters(const Whose& whose, const void* connection, int client);
  void leaves(const EndlessRequest& request);
  // mod_proxy waits at this socket for it, and would not notice for long that its client has gone.
  void has_origin(EndlessRequest& request, int socket);
  void has_no_origin(EndlessRequest& request);
  // A connection may be closed before its last request's pool is.
  void connection_ends(const void* connection);

  // Once, by the thread that ends the child; in a prefork that may be in the middle of any of the
  // above, which is why neither this nor the cutter waits for the mutex.
  void stop();

 private:
  // What is waited for until all are looked at again.
  struct Pause {
    const std::atomic<std::uint64_t>* word = nullptr;
    std::uint64_t seen = 0;
    std::int64_t nanos = 0;
  };

  void start() CUTOVER_REQUIRES(mutex_);
  void run();
  Pause look();
  static bool is_closed(EndlessRequest& one, std::int64_t now_ns);

  const ControlArea& control_;

  Mutex mutex_;
  std::list<EndlessRequest> all_ CUTOVER_GUARDED_BY(mutex_);
  std::atomic<std::size_t> number_{0};  // of all_

  std::atomic<bool> started_{false}, stopping_{false};
  std::thread thread_;  // the last member: it uses all others
};

}  // namespace cutover
