// SPDX-License-Identifier: Apache-2.0
// A closed loop of visitors, each with a thread of its own: load, and witnesses of what it met.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/harness/ledger.h"
#include "tests/harness/visitor.h"

namespace cutover::harness {

struct VisitorsOptions {
  unsigned count = 16;
  double write_share = 0.2;
  std::chrono::milliseconds think{10};  // on average, between two requests
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  std::string name = "visitor";
  bool keep_alive = true;  // false: a connection for each request
};

class Visitors {
 public:
  // Signs them up, one after the other; the load begins with start().
  explicit Visitors(const VisitorsOptions& options);
  ~Visitors();

  void start();
  // Lets every request that is under way end, and adds everything up.
  Experience stop();
  // Requests answered so far, and failures among them.
  std::uint64_t requests() const { return requests_; }
  std::uint64_t failed() const { return failed_; }

 private:
  void visit(Visitor& visitor);

  VisitorsOptions options_;
  // Each visitor is its own thread's alone until stop() has joined it.
  std::vector<std::unique_ptr<Visitor>> visitors_;
  std::vector<std::thread> threads_;
  std::atomic<bool> ending_{false};
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::uint64_t> failed_{0};
};

}  // namespace cutover::harness
