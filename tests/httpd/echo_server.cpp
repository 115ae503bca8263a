// SPDX-License-Identifier: Apache-2.0
#include "tests/httpd/echo_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>
#include <string>
#include <utility>

#include "tests/harness/ports.h"

namespace cutover::test {
namespace {

constexpr const char* kAgreed =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";

}  // namespace

EchoServer::EchoServer() : EchoServer(kAgreed) {}

EchoServer::EchoServer(std::string answer)
    : answer_(std::move(answer)),
      port_(harness::free_port()),
      listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listening_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listening_.get(), 64) != 0)
    throw std::runtime_error("cannot listen on port " + std::to_string(port_));
  thread_ = std::thread([this] { serve(); });
}

EchoServer::~EchoServer() {
  stopping_.store(true);
  thread_.join();
}

void EchoServer::serve() {
  struct Peer {
    Fd fd;
    std::string head;
    bool agreed = false;
  };
  std::vector<Peer> peers;
  while (!stopping_.load()) {
    std::vector<pollfd> ready{{listening_.get(), POLLIN, 0}};
    for (const Peer& peer : peers) ready.push_back({peer.fd.get(), POLLIN, 0});
    if (::poll(ready.data(), ready.size(), 20) <= 0) continue;
    for (std::size_t i = peers.size(); i-- > 0;) {
      if (ready[i + 1].revents == 0) continue;
      Peer& peer = peers[i];
      std::array<char, 4096> chunk;
      const ssize_t got = ::recv(peer.fd.get(), chunk.data(), chunk.size(), 0);
      if (got <= 0) {
        peers.erase(peers.begin() + static_cast<std::ptrdiff_t>(i));
        continue;
      }
      std::string answer(chunk.data(), static_cast<std::size_t>(got));
      if (!peer.agreed) {
        peer.head += answer;
        peer.agreed = peer.head.find("\r\n\r\n") != std::string::npos;
        answer = peer.agreed ? answer_ : "";
      }
      ::send(peer.fd.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
    }
    if (ready[0].revents != 0)
      peers.push_back({Fd(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC)), {}, false});
  }
}

}  // namespace cutover::test
