// SPDX-License-Identifier: Apache-2.0
// Clients of a live_host.h behind a site that come again whenever their connection ends: a thread
// each.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace cutover::test {

class LiveClients {
 public:
  struct Number {
    int sockets = 0;
    int streams = 0;
  };
  LiveClients(std::uint16_t port, const Number& number);
  ~LiveClients() { stop(); }
  LiveClients(const LiveClients&) = delete;
  LiveClients& operator=(const LiveClients&) = delete;

  // How many were answered by that host last.
  int at(const std::string& host) const;
  // Each line that a host said to have taken, with its name in front.
  std::vector<std::string> answered() const;
  // What they were answered instead of a socket or a stream.
  std::vector<std::string> refusals() const;
  void stop();

 private:
  struct Client {
    std::mutex mutex;
    std::string host;  // that answered last
  };
  void run(Client& client, int number, bool socket);
  void go_on(Client& client, int number, bool socket, int& sent);
  void heard(Client& client, const std::string& host);

  std::uint16_t port_;
  std::atomic<bool> stopping_{false};
  std::deque<Client> clients_;
  mutable std::mutex mutex_;
  std::vector<std::string> answered_, refusals_;
  std::vector<std::thread> threads_;
};

}  // namespace cutover::test
