// SPDX-License-Identifier: Apache-2.0
// Ports are taken below the ephemeral range, where no outgoing connection can steal them, and are
// reserved by an abstract unix socket of that number: a lock that the kernel drops with the
// process.
#include "tests/harness/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <random>
#include <stdexcept>

namespace cutover::harness {
namespace {

constexpr std::uint16_t kLowest = 12000;
constexpr std::uint16_t kHighest = 31999;

sockaddr_in internet_address(const std::string& address, std::uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(port);
  if (inet_pton(AF_INET, address.c_str(), &result.sin_addr) != 1) {
    throw std::runtime_error("not an IPv4 address: " + address);
  }
  return result;
}

// The descriptor is left open on purpose: it is the reservation.
bool reserve(std::uint16_t port) {
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::string text = "cutover-port-" + std::to_string(port);
  std::memcpy(name.sun_path + 1, text.data(), text.size());
  auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
  if (bind(fd, reinterpret_cast<sockaddr*>(&name), length) == 0) return true;
  close(fd);
  return false;
}

bool can_bind(const std::string& address, std::uint16_t port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in name = internet_address(address, port);
  bool free = bind(fd, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0;
  close(fd);
  return free;
}

}  // namespace

std::uint16_t free_port(const std::string& address) {
  static thread_local std::mt19937 random{std::random_device{}()};
  std::uniform_int_distribution<std::uint16_t> any(kLowest, kHighest);
  for (int tries = 0; tries < 1000; ++tries) {
    std::uint16_t port = any(random);
    if (can_bind(address, port) && reserve(port)) return port;
  }
  throw std::runtime_error("no free port on " + address);
}

bool accepts_connections(const std::string& address, std::uint16_t port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in name = internet_address(address, port);
  bool open = connect(fd, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0;
  close(fd);
  return open;
}

}  // namespace cutover::harness
