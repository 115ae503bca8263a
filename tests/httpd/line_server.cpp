// SPDX-License-Identifier: Apache-2.0
#include "tests/httpd/line_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>

#include "tests/harness/ports.h"

namespace cutover::test {

LineServer::LineServer()
    : port_(harness::free_port()), listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listening_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listening_.get(), 64) != 0)
    throw std::runtime_error("cannot listen on port " + std::to_string(port_));
  thread_ = std::thread([this] { serve(); });
}

LineServer::~LineServer() {
  stopping_.store(true);
  thread_.join();
}

// False once the other end has closed.
bool LineServer::answer(Peer& peer) {
  std::array<char, 16384> chunk;
  const ssize_t got = ::recv(peer.fd.get(), chunk.data(), chunk.size(), 0);
  if (got <= 0) return false;
  peer.unread.append(chunk.data(), static_cast<std::size_t>(got));
  for (auto end = peer.unread.find("\r\n\r\n"); end != std::string::npos;
       end = peer.unread.find("\r\n\r\n")) {
    const std::string line = peer.unread.substr(0, peer.unread.find("\r\n"));
    peer.unread.erase(0, end + 4);
    if (line.find("hang-up") != std::string::npos) return false;
    const std::string whole = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " +
                              std::to_string(line.size()) + "\r\n\r\n" + line;
    ::send(peer.fd.get(), whole.data(), whole.size(), MSG_NOSIGNAL);
  }
  return true;
}

void LineServer::serve() {
  std::vector<Peer> peers;
  while (!stopping_.load()) {
    std::vector<pollfd> ready{{listening_.get(), POLLIN, 0}};
    for (const Peer& peer : peers) ready.push_back({peer.fd.get(), POLLIN, 0});
    if (::poll(ready.data(), ready.size(), 20) <= 0) continue;
    for (std::size_t i = peers.size(); i-- > 0;)
      if (ready[i + 1].revents != 0 && !answer(peers[i]))
        peers.erase(peers.begin() + static_cast<std::ptrdiff_t>(i));
    if (ready[0].revents != 0)
      peers.push_back({Fd(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC)), {}});
  }
}

}  // namespace cutover::test
