// SPDX-License-Identifier: Apache-2.0
// Clients of a LiveApp behind a site that come again whenever their connection ends, a thread each:
// a message that nobody said to have taken is sent once more, and a stream goes on after the last
// event that came.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/harness/tcp_stream.h"

namespace cutover::test {

class LiveVisitors {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Number {
    int sockets = 0;
    int streams = 0;
  };
  LiveVisitors(std::uint16_t port, const Number& number);
  ~LiveVisitors() { stop(); }
  LiveVisitors(const LiveVisitors&) = delete;
  LiveVisitors& operator=(const LiveVisitors&) = delete;

  // Those who are answered by that host: since when, each.
  std::vector<Time> at(const std::string& host) const;
  struct Figures {
    std::vector<std::string> acknowledged;  // messages and events
    std::uint64_t sent_again = 0;
    std::uint64_t told_refused = 0;        // messages, on a socket that was open
    std::vector<std::string> turned_away;  // answers in place of a socket or stream: their status
  };
  Figures figures() const;
  void stop();

 private:
  struct Client {
    std::string name;
    std::string host;  // that answered last
    Time since;
    std::uint64_t had = 0;  // messages or events; its own thread's alone
    bool unsure = false;    // the next was sent, and not answered
    std::minstd_rand random;
  };
  void come_again_and_again(Client& client, bool socket);
  bool open(harness::TcpStream& stream, const std::string& request, const std::string& wanted);
  void talk(Client& client);
  bool send_next(Client& client, harness::TcpStream& stream);
  void listen(Client& client);
  void heard(Client& client, const std::string& host);

  const std::uint16_t port_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;  // of what the clients have heard
  std::deque<Client> clients_;
  Figures figures_;
  std::vector<std::thread> threads_;
};

}  // namespace cutover::test
