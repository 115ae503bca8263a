// SPDX-License-Identifier: Apache-2.0
// A server that agrees to every upgrade, or gives another answer to what it is asked first, and
// then sends back what it gets.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "mod_cutover/state/fd.h"

namespace cutover::test {

class EchoServer {
 public:
  EchoServer();
  explicit EchoServer(std::string answer);
  ~EchoServer();
  EchoServer(const EchoServer&) = delete;
  EchoServer& operator=(const EchoServer&) = delete;
  std::uint16_t port() const { return port_; }

 private:
  void serve();

  std::string answer_;
  std::uint16_t port_;
  Fd listening_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace cutover::test
