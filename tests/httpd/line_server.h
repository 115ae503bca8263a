// SPDX-License-Identifier: Apache-2.0
// A new host that answers each request with the first line of it, byte for byte; but to a path with
// `hang-up` in it, it closes the connection.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "mod_cutover/state/fd.h"

namespace cutover::test {

class LineServer {
 public:
  LineServer();
  ~LineServer();
  LineServer(const LineServer&) = delete;
  LineServer& operator=(const LineServer&) = delete;
  // Without a path.
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  struct Peer {
    Fd fd;
    std::string unread;
  };
  void serve();
  static bool answer(Peer& peer);

  std::uint16_t port_;
  Fd listening_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace cutover::test
