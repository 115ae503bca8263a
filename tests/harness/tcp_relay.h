// SPDX-License-Identifier: Apache-2.0
// A TCP relay on loopback that puts the faults of a network between two servers.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

namespace cutover::harness {

class TcpRelay {
 public:
  enum class Mode {
    kPass,
    kBlackHole,  // connections stay, nothing arrives any more: a pulled cable
    kRefuse,     // open connections are closed, new ones refused: a dead server
    kReset,      // open and new connections are reset
    kClose,      // open and new connections are closed at once, without a word
  };

  TcpRelay(std::string target_address, std::uint16_t target_port);
  ~TcpRelay();
  TcpRelay(const TcpRelay&) = delete;
  TcpRelay& operator=(const TcpRelay&) = delete;

  std::uint16_t port() const { return port_; }
  // In force when it returns. Back from kBlackHole to kPass, what was held back is delivered.
  void set(Mode mode);
  // Each byte is delivered that much later; order is kept.
  void delay(std::chrono::milliseconds delay);
  std::uint64_t connections() const { return connections_; }

 private:
  class Loop;
  void wake_and_wait();

  const std::string target_address_;
  const std::uint16_t target_port_;
  std::uint16_t port_ = 0;
  // Written by the test's thread, read by the loop; the loop then copies `asked_` to `done_`, which
  // is how set() knows that the mode is in force.
  std::atomic<Mode> mode_{Mode::kPass};
  std::atomic<int> delay_ms_{0};
  std::atomic<bool> ending_{false};
  std::atomic<unsigned> asked_{0};
  std::atomic<unsigned> done_{0};
  std::atomic<std::uint64_t> connections_{0};
  int wake_ = -1;
  std::thread thread_;
};

}  // namespace cutover::harness
