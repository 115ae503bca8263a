// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/throughput/delayed_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "tests/bench/throughput/servers.h"
#include "tests/harness/ports.h"

namespace cutover::bench {
namespace {

constexpr std::uint64_t kListening = 0;
constexpr std::chrono::milliseconds kLongestSleep{20};  // until it is seen that it is to end

const std::string& answer() {
  static const std::string text = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " +
                                  std::to_string(kilobyte().size()) + "\r\n\r\n" + kilobyte();
  return text;
}

}  // namespace

DelayedServer::DelayedServer(std::chrono::milliseconds delay)
    : delay_(delay),
      port_(harness::free_port()),
      listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listening_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listening_.get(), 4096) != 0)
    throw std::runtime_error("cannot listen on port " + std::to_string(port_));
  watch(listening_.get(), kListening);
  thread_ = std::thread([this] { serve(); });
}

DelayedServer::~DelayedServer() {
  stopping_.store(true);
  thread_.join();
}

void DelayedServer::watch(int fd, std::uint64_t peer) {
  epoll_event readable{};
  readable.events = EPOLLIN;
  readable.data.u64 = peer;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &readable);
}

void DelayedServer::serve() {
  std::array<epoll_event, 256> ready{};
  while (!stopping_.load()) {
    auto sleep = kLongestSleep;
    if (!due_.empty())
      sleep = std::min(
          sleep, std::chrono::ceil<std::chrono::milliseconds>(due_.front().at - Clock::now()));
    const int timeout = static_cast<int>(std::max<std::int64_t>(sleep.count(), 0));
    const int n = ::epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), timeout);
    for (int i = 0; i < n; ++i) {
      const std::uint64_t peer = ready[static_cast<std::size_t>(i)].data.u64;
      peer == kListening ? accept_all() : read_from(peer);
    }
    answer_due();
  }
}

void DelayedServer::accept_all() {
  for (;;) {
    Fd fd(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!fd) return;
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(fd.get(), ++last_peer_);
    peers_[last_peer_].fd = std::move(fd);
  }
}

void DelayedServer::read_from(std::uint64_t peer) {
  const auto found = peers_.find(peer);
  if (found == peers_.end()) return;
  std::array<char, 8192> chunk;
  const ssize_t got = ::recv(found->second.fd.get(), chunk.data(), chunk.size(), 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    peers_.erase(found);
    return;
  }
  std::string& unread = found->second.unread;
  unread.append(chunk.data(), static_cast<std::size_t>(got));
  for (std::size_t end; (end = unread.find("\r\n\r\n")) != std::string::npos;) {
    const std::string head = unread.substr(0, end + 2);
    unread.erase(0, end + 4);
    const bool last = ::strcasestr(head.c_str(), "\r\nConnection: close\r\n") != nullptr;
    due_.push_back({Clock::now() + delay_, peer, last});
  }
}

void DelayedServer::answer_due() {
  const auto now = Clock::now();
  for (; !due_.empty() && due_.front().at <= now; due_.pop_front()) {
    const auto found = peers_.find(due_.front().peer);
    if (found == peers_.end()) continue;
    const ssize_t sent =
        ::send(found->second.fd.get(), answer().data(), answer().size(), MSG_NOSIGNAL);
    if (due_.front().last || sent != static_cast<ssize_t>(answer().size())) peers_.erase(found);
  }
}

}  // namespace cutover::bench
