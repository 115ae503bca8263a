// SPDX-License-Identifier: Apache-2.0
// Meets a run in one exact step: reads the statements that the coordinator sends through the
// relays to the databases (plain text, on loopback), and holds the one that the step is known by.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string_view>

#include "tests/faults/kinds.h"
#include "tests/harness/tcp_relay.h"

namespace cutover::faults {

class StepWatch {
 public:
  // Watches from now on for steps from kFenceSent on. `host`, where the run has a proof: the relay
  // to the new host, which is asked for it.
  StepWatch(harness::TcpRelay& leaving, harness::TcpRelay& arriving, harness::TcpRelay* host,
            Step wanted);
  ~StepWatch();
  StepWatch(const StepWatch&) = delete;
  StepWatch& operator=(const StepWatch&) = delete;

  // The step is there and holds; for an answer, it has come and is held back.
  bool await(std::chrono::milliseconds limit);
  // What is held goes on, and nothing more is held. A next step may be waited for afterwards.
  void release();
  void next(Step wanted);

 private:
  void install();
  using Then = harness::TcpRelay::Then;
  Then on_piece(harness::TcpRelay& to, std::string_view sent);
  std::optional<Step> step_of(bool to_leaving, std::string_view sent);
  std::optional<Step> step_of_proof(bool to_leaving, std::string_view sent);
  std::optional<Step> step_of_return(bool to_leaving, std::string_view sent);

  harness::TcpRelay& leaving_;
  harness::TcpRelay& arriving_;
  harness::TcpRelay* const host_;
  mutable std::mutex mutex_;  // guards all below: both relays' threads come here
  std::condition_variable changed_;
  Step wanted_;
  bool met_ = false;
  harness::TcpRelay* met_at_ = nullptr;
  bool fence_sent_ = false;
  bool position_read_ = false;
  bool caught_up_ = false;
  bool recorded_ = false;
  bool promote_sent_ = false;
  bool asked_ = false;  // for the proof
  bool returns_ = false;
  bool read_again_ = false;
  bool followed_ = false;
  bool recorded_again_ = false;
  bool reopen_sent_ = false;
};

}  // namespace cutover::faults
