// SPDX-License-Identifier: Apache-2.0
// An application with WebSockets (/cable) and event streams (/events). It says its name with each
// answer of the former, which ends with a line, and in each event.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "mod_cutover/state/fd.h"

namespace cutover::test {

class LiveHost {
 public:
  explicit LiveHost(std::string name);
  ~LiveHost();
  LiveHost(const LiveHost&) = delete;
  LiveHost& operator=(const LiveHost&) = delete;
  std::uint16_t port() const { return port_; }
  // The line was taken, and said to have been.
  bool has_taken(const std::string& line) const;

 private:
  struct Peer {
    Fd fd;
    std::string unread;
    enum { kAsks, kSocket, kEvents } is = kAsks;
  };
  void serve();
  bool hear(Peer& peer);
  void answer_lines(Peer& peer);
  static void tell(const Peer& peer, const std::string& text);

  std::string name_;
  std::uint16_t port_;
  Fd listening_;
  mutable std::mutex mutex_;
  std::set<std::string> taken_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace cutover::test
