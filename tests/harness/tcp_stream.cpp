// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/tcp_stream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>

namespace cutover::harness {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kBacklog = 1024;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

Fd listen_at(std::uint16_t port) {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(port);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(fd.get(), kBacklog) != 0)
    throw std::runtime_error("cannot listen on port " + std::to_string(port));
  return fd;
}

TcpStream::TcpStream(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const sockaddr_in address = loopback(port);
  if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("cannot connect to port " + std::to_string(port));
}

bool TcpStream::send(const std::string& bytes) const {
  return ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(bytes.size());
}

TcpStream::Got TcpStream::read(milliseconds limit) {
  pollfd one{fd_.get(), POLLIN, 0};
  if (::poll(&one, 1, static_cast<int>(limit.count())) <= 0) return Got::kNothing;
  std::array<char, 4096> chunk;
  const ssize_t got = ::recv(fd_.get(), chunk.data(), chunk.size(), 0);
  if (got <= 0) return Got::kEnd;
  unread_.append(chunk.data(), static_cast<std::size_t>(got));
  return Got::kBytes;
}

std::optional<std::string> TcpStream::take_until(const std::string& text, milliseconds limit) {
  const auto end = steady_clock::now() + limit;
  for (;;) {
    if (const std::size_t at = unread_.find(text); at != std::string::npos) {
      std::string taken = unread_.substr(0, at + text.size());
      unread_.erase(0, taken.size());
      return taken;
    }
    const auto left = std::chrono::ceil<milliseconds>(end - steady_clock::now());
    if (left.count() <= 0 || read(left) == Got::kEnd) return {};
  }
}

}  // namespace cutover::harness
