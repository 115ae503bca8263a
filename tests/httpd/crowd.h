// SPDX-License-Identifier: Apache-2.0
// Many visitors at once, each on a keep-alive connection of its own, driven by one thread: as many
// as there are descriptors, and no thread that could be late.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "mod_cutover/state/fd.h"

namespace cutover::test {

struct Answer {
  int status = 0;
  std::string head;
  std::string body;
  std::chrono::steady_clock::time_point at;  // whole by then
};

class Crowd {
 public:
  // Connects them all; throws where one cannot. Many say something at once each: a connection that
  // is silent keeps one of httpd's threads.
  Crowd(std::uint16_t port, std::size_t size, const std::string& first_words = "");
  ~Crowd();
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  // One more.
  void join(const std::string& first_words);
  std::size_t size() const;
  void send(std::size_t visitor, const std::string& bytes);
  void send_all(const std::string& bytes);
  // A GET with Host shop.example.com.
  void get_all(const std::string& path, const std::string& more = "");
  void get(std::size_t visitor, const std::string& path, const std::string& more = "");

  // Reads until each that is still there has so many answers in all, or its connection ended, or
  // the limit. How many answers of 200 there are then.
  std::size_t read(std::size_t answers_each,
                   std::chrono::milliseconds limit = std::chrono::seconds(30));
  // Since the last call of forget(), in the order in which they came.
  const std::vector<Answer>& answers(std::size_t visitor) const;
  void forget();
  std::size_t count(int status, const std::string& body) const;
  std::size_t continues() const;  // 100 Continue
  // Connections that the server closed.
  std::size_t ended() const;

  void end_sending(std::size_t visitor);   // FIN, and still reads
  void leave(std::size_t visitor);         // FIN
  void leave_rudely(std::size_t visitor);  // RST

 private:
  struct Visitor;
  void read_from(Visitor& visitor);

  std::uint16_t port_;
  Fd epoll_;
  std::vector<Visitor> visitors_;
};

std::string get_request(const std::string& path, const std::string& more = "");
// With a body of one byte.
std::string post_request(const std::string& path);

}  // namespace cutover::test
