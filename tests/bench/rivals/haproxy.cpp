// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <stdexcept>

#include "mod_cutover/state/fd.h"
#include "tests/bench/rivals/front.h"

namespace cutover::bench {

std::string server_line(const std::string& name, std::uint16_t port, const std::string& more) {
  return "server " + name + " 127.0.0.1:" + std::to_string(port) + (more.empty() ? "" : " ") + more;
}

Haproxy::Haproxy(const std::vector<std::string>& servers) : Front("haproxy") {
  // Whatever waits may wait for two minutes; connections to the servers are kept and shared.
  std::string conf = "global\nnbthread " + std::to_string(kFrontWorkers) +
                     "\nmaxconn 12000\nno strict-limits\nstats socket " + file("admin").string() +
                     " level admin\ndefaults\nmode http\ntimeout connect 10s\ntimeout client 120s\n"
                     "timeout server 120s\ntimeout queue 120s\nhttp-reuse always\n"
                     "frontend visitors\nbind 127.0.0.1:" +
                     std::to_string(port()) +
                     " backlog 4096\ndefault_backend hosts\nbackend hosts\n";
  for (const std::string& line : servers) conf += line + "\n";
  harness::write_file(file("haproxy.cfg"), conf);
  start({program(), "-db", "-f", file("haproxy.cfg")});
}

std::string Haproxy::command(const std::string& line) const {
  const Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = file("admin");
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error(path + " is too long");
  std::memcpy(address.sun_path, path.data(), path.size());
  const std::string text = line + "\n";
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size()))
    throw std::runtime_error("haproxy's socket: " + std::string(std::strerror(errno)));
  std::string answer;
  std::array<char, 4096> chunk;
  for (ssize_t got; (got = ::recv(fd.get(), chunk.data(), chunk.size(), 0)) > 0;)
    answer.append(chunk.data(), static_cast<std::size_t>(got));
  return answer;
}

}  // namespace cutover::bench
