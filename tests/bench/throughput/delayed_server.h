// SPDX-License-Identifier: Apache-2.0
// A new host that costs next to nothing: it answers every GET with the page, at once or so many
// milliseconds later, and closes no connection unless it is told to. One thread does it for
// thousands of them.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <thread>

#include "mod_cutover/state/fd.h"

namespace cutover::bench {

class DelayedServer {
 public:
  explicit DelayedServer(std::chrono::milliseconds delay);
  ~DelayedServer();
  DelayedServer(const DelayedServer&) = delete;
  DelayedServer& operator=(const DelayedServer&) = delete;
  std::uint16_t port() const { return port_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Peer {
    Fd fd;
    std::string unread;
  };
  struct Due {
    Clock::time_point at;
    std::uint64_t peer;
    bool last;  // its connection is to be closed then
  };

  void serve();
  void accept_all();
  void read_from(std::uint64_t peer);
  void answer_due();
  void watch(int fd, std::uint64_t peer);

  std::chrono::milliseconds delay_;
  std::uint16_t port_;
  Fd listening_;
  Fd epoll_;
  // The thread's alone. A peer's number is never used again, as a descriptor is: what is still due
  // to one that has gone finds nobody.
  std::map<std::uint64_t, Peer> peers_;
  std::uint64_t last_peer_ = 0;
  std::deque<Due> due_;  // the first is the next: all wait equally long
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace cutover::bench
