// SPDX-License-Identifier: Apache-2.0
#include "tests/httpd/live_host.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "tests/harness/ports.h"

namespace cutover::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kEvery{100};
constexpr const char* kAgreed =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
constexpr const char* kEmpty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
constexpr const char* kEvents =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n\r\n";

}  // namespace

LiveHost::LiveHost(std::string name)
    : name_(std::move(name)),
      port_(harness::free_port()),
      listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listening_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listening_.get(), 1024) != 0)
    throw std::runtime_error("cannot listen on port " + std::to_string(port_));
  thread_ = std::thread([this] { serve(); });
}

LiveHost::~LiveHost() {
  stopping_.store(true);
  thread_.join();
}

bool LiveHost::has_taken(const std::string& line) const {
  const std::lock_guard lock(mutex_);
  return taken_.contains(line);
}

void LiveHost::tell(const Peer& peer, const std::string& text) {
  ::send(peer.fd.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void LiveHost::answer_lines(Peer& peer) {
  for (std::size_t end = peer.unread.find('\n'); end != std::string::npos;
       end = peer.unread.find('\n')) {
    const std::string line = peer.unread.substr(0, end);
    peer.unread.erase(0, end + 1);
    {
      const std::lock_guard lock(mutex_);
      taken_.insert(line);
    }
    tell(peer, name_ + " " + line + "\n");
  }
}

// False: it has gone.
bool LiveHost::hear(Peer& peer) {
  std::array<char, 4096> chunk;
  const ssize_t got = ::recv(peer.fd.get(), chunk.data(), chunk.size(), 0);
  if (got <= 0) return false;
  peer.unread.append(chunk.data(), static_cast<std::size_t>(got));
  const std::size_t end = peer.unread.find("\r\n\r\n");
  if (peer.is == Peer::kAsks && end != std::string::npos) {
    const bool socket = peer.unread.find("/cable") < end;
    const bool events = peer.unread.find("/events") < end;
    peer.unread.erase(0, end + 4);
    peer.is = socket ? Peer::kSocket : events ? Peer::kEvents : Peer::kAsks;
    tell(peer, socket ? kAgreed : events ? kEvents : kEmpty);
  }
  if (peer.is == Peer::kSocket) answer_lines(peer);
  return true;
}

void LiveHost::serve() {
  std::vector<Peer> peers;
  auto next = steady_clock::now();
  while (!stopping_.load()) {
    std::vector<pollfd> ready{{listening_.get(), POLLIN, 0}};
    for (const Peer& peer : peers) ready.push_back({peer.fd.get(), POLLIN, 0});
    ::poll(ready.data(), ready.size(), 10);
    for (std::size_t i = peers.size(); i-- > 0;)
      if (ready[i + 1].revents != 0 && !hear(peers[i]))
        peers.erase(peers.begin() + static_cast<std::ptrdiff_t>(i));
    if (ready[0].revents != 0)
      peers.push_back({Fd(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC)), {}});
    if (steady_clock::now() < next) continue;
    next = steady_clock::now() + kEvery;
    for (const Peer& peer : peers)
      if (peer.is == Peer::kEvents) tell(peer, "data: " + name_ + "\n\n");
  }
}

}  // namespace cutover::test
