// SPDX-License-Identifier: Apache-2.0
#include "tests/httpd/connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <stdexcept>

namespace cutover::test {

Connection::Connection(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("cannot connect to port " + std::to_string(port));
}

void Connection::send(const std::string& bytes) const {
  if (::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(bytes.size()))
    throw std::runtime_error("cannot send");
}

void Connection::get(const std::string& path, const std::string& more) const {
  send("GET " + path + " HTTP/1.1\r\nHost: shop.example.com\r\n" + more + "\r\n");
}

std::string Connection::read_all(int limit_ms) {
  return read_until("\xff never in a head", limit_ms);
}

std::string Connection::read_until(const std::string& text, int limit_ms) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(limit_ms);
  while (read_.find(text) == std::string::npos && std::chrono::steady_clock::now() < end) {
    pollfd one{fd_.get(), POLLIN, 0};
    if (::poll(&one, 1, 20) <= 0) continue;
    char chunk[4096];
    const ssize_t got = ::recv(fd_.get(), chunk, sizeof chunk, 0);
    if (got <= 0) break;
    read_.append(chunk, static_cast<std::size_t>(got));
  }
  return read_;
}

void Connection::end_sending() const { ::shutdown(fd_.get(), SHUT_WR); }

void Connection::reset() {
  const linger at_once{1, 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  fd_.reset();
}

std::string exchange(std::uint16_t port, const std::string& path, const std::string& more) {
  Connection connection(port);
  connection.get(path, more + "Connection: close\r\n");
  return connection.read_all();
}

}  // namespace cutover::test
