// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/endless/cutter.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>

#include "mod_cutover/httpd/edge/signals_blocked.h"
#include "mod_cutover/state/shared_memory.h"

namespace cutover {
namespace {

constexpr std::int64_t kMs = 1'000'000;
// The word's own wake ends it; but the end of the child does not.
constexpr std::int64_t kSlice = 100 * kMs;
// One word can be waited on.
constexpr std::int64_t kSeveralSites = 20 * kMs;
// In a hold the order comes next, and wakes nobody who has just looked.
constexpr std::int64_t kSoon = 2 * kMs;
// A handler that notices the end of its client has ended by then, and has given its connection to
// the origin back, where another request may use it.
constexpr std::int64_t kNoticed = 20 * kMs;

}  // namespace

EndlessRequest* Cutter::enters(const Whose& whose, const void* connection, int client) {
  const Lock lock(mutex_);
  if (stopping_.load()) return nullptr;
  if (!started_.load()) start();
  EndlessRequest& one = all_.emplace_back();
  one.whose = whose;
  one.connection = connection;
  one.client = client;
  number_.store(all_.size());
  return &one;
}

void Cutter::leaves(const EndlessRequest& request) {
  const Lock lock(mutex_);
  all_.remove_if([&](const EndlessRequest& one) { return &one == &request; });
  number_.store(all_.size());
}

void Cutter::has_origin(EndlessRequest& request, int socket) {
  const Lock lock(mutex_);
  request.origin = Fd(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
}

void Cutter::has_no_origin(EndlessRequest& request) {
  const Lock lock(mutex_);
  request.origin.reset();
}

void Cutter::connection_ends(const void* connection) {
  if (number_.load() == 0) return;
  const Lock lock(mutex_);
  for (EndlessRequest& one : all_)
    if (one.connection == connection) one.client = -1;
}

void Cutter::start() {
  // A prefork's child ends in a signal's handler, which is to find the thread whole.
  const SignalsBlocked inherited_by_the_thread;
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "cutover-cutter");
  started_.store(true);
}

void Cutter::stop() {
  stopping_.store(true);
  if (started_.load() && thread_.joinable()) thread_.join();
}

void Cutter::run() {
  while (!stopping_.load()) {
    const Pause pause = look();
    wait_for_change(*pause.word, pause.seen, pause.nanos);
  }
}

Cutter::Pause Cutter::look() {
  Pause pause{&control_.version, control_.version.load(), kSlice};
  if (!mutex_.try_lock()) {
    pause.nanos = kSoon;
    return pause;
  }
  const Lock lock(mutex_, std::adopt_lock);
  const std::int64_t now_ns = monotonic_ns();
  for (EndlessRequest& one : all_) {
    const SiteControl& site = control_.sites[one.whose.site];
    const std::uint64_t seen = site.word.load();
    if (pause.word == &control_.version)
      pause = {&site.word, seen, pause.nanos};
    else if (pause.word != &site.word)
      pause.nanos = std::min(pause.nanos, kSeveralSites);
    const bool soon = is_to_close(site, one.whose.side) ? !is_closed(one, now_ns)
                                                        : decode(seen).mode == Mode::kHold;
    if (soon) pause.nanos = std::min(pause.nanos, kSoon);
  }
  return pause;
}

// Its client's connection first: most handlers end by that.
bool Cutter::is_closed(EndlessRequest& one, std::int64_t now_ns) {
  if (one.closed_ns == 0) one.closed_ns = now_ns;
  if (one.client >= 0) ::shutdown(std::exchange(one.client, -1), SHUT_RDWR);
  if (one.origin && now_ns - one.closed_ns >= kNoticed) {
    ::shutdown(one.origin.get(), SHUT_RDWR);
    one.origin.reset();
  }
  return !one.origin;
}

}  // namespace cutover
