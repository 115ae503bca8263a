// SPDX-License-Identifier: Apache-2.0
// A new host as a busy application server is one: so many workers, a queue before them that answers
// 503 once it is full; and one that closes a kept connection in the moment in which it is used.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace cutover::harness {

struct QueueingHostOptions {
  int workers = 1000;
  int queue = 100;
  std::chrono::milliseconds each{0};
  int one_slow_in = 0;  // of so many requests, where there are slow ones
  std::chrono::milliseconds slow{0};
};

class QueueingHost {
 public:
  explicit QueueingHost(QueueingHostOptions options = {});
  ~QueueingHost();
  QueueingHost(const QueueingHost&) = delete;
  QueueingHost& operator=(const QueueingHost&) = delete;

  std::uint16_t port() const;
  // A line for <CutoverSite>.
  std::string directive() const;

  // The next so many are refused, whatever room there is.
  void refuse(int number);
  // From now on a connection that has had an answer ends with its next request, unanswered.
  void close_kept(bool closing);
  void listen(bool listening);

  int came() const;          // requests
  int refused() const;       // of them
  int whole_bodies() const;  // POSTs that were read to their end and answered
  int most_inside() const;   // in workers and queue

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace cutover::harness
