// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/hold/closer.h"

#include <pthread.h>
#include <sys/socket.h>

#include <chrono>
#include <utility>

#include "mod_cutover/httpd/edge/signals_blocked.h"

namespace cutover {
namespace {

// Whoever is left behind has been waited for, for seconds: it need not be sooner.
constexpr std::chrono::milliseconds kSlice{100};

}  // namespace

Closer::Closer(const ControlArea& control, const InFlightNotes& notes,
               std::vector<std::size_t> sites)
    : control_(control), first_(notes.data()), sites_(std::move(sites)) {
  const SignalsBlocked inherited_by_the_thread;
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "cutover-closer");
}

void Closer::enters(const InFlightNote& note, const void* connection, int client) {
  Client& one = of(note);
  const Lock lock(one.mutex);
  one.connection.store(connection, std::memory_order_relaxed);
  one.client = client;
}

void Closer::leaves(const InFlightNote& note) { forget(of(note)); }

void Closer::connection_ends(const void* connection) {
  for (Client& one : clients_)
    if (one.connection.load(std::memory_order_relaxed) == connection) forget(one);
}

void Closer::forget(Client& one) {
  const Lock lock(one.mutex);
  one.connection.store(nullptr, std::memory_order_relaxed);
  one.client = -1;
}

void Closer::stop() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  stops_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Closer::run() {
  Lock lock(mutex_);
  while (!stops_.wait_for(lock, kSlice, [this]() CUTOVER_REQUIRES(mutex_) { return stopping_; }))
    for (const std::size_t site : sites_) look(site);
}

void Closer::look(std::size_t site) {
  const Word word = decode(control_.sites[site].word.load());
  if (word.mode == Mode::kHold) return;
  const Side serving = word.mode == Mode::kNew ? Side::kNew : Side::kOld;
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    Client& one = clients_[i];
    if (!is_left_behind(first_[i], site, serving) || !one.mutex.try_lock()) continue;
    const Lock lock(one.mutex, std::adopt_lock);
    if (one.client < 0 || !is_left_behind(first_[i], site, serving)) continue;
    ::shutdown(one.client, SHUT_RDWR);
    one.client = -1;  // once
  }
}

}  // namespace cutover
