// SPDX-License-Identifier: Apache-2.0
// A TCP relay on loopback that puts the faults of a network between two servers.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
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

  // What becomes of a piece that a client sends, decided as it arrives.
  enum class Then {
    kForward,
    kHold,        // neither it nor what follows on its connection goes on
    kHoldAnswer,  // it goes on, and what comes back on its connection does not
  };
  // On the relay's own thread, for each piece; an empty function ends it.
  using Watch = std::function<Then(std::string_view sent)>;
  void watch(Watch watch);
  // Whether anything has come back to what kHoldAnswer let through since the last watch().
  bool answered() const { return answered_; }
  // What is held goes on.
  void release();

 private:
  class Loop;
  void wake_and_wait();
  Then ask_watch(std::string_view sent);

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
  std::atomic<unsigned> releases_{0};  // how often release() was called
  std::atomic<bool> answered_{false};
  std::mutex watch_mutex_;
  Watch watch_;  // guarded by watch_mutex_
  int wake_ = -1;
  std::thread thread_;
};

}  // namespace cutover::harness
