// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/session/unanswered.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kFree = 3;
constexpr auto kFirstPause = 1s;
constexpr std::size_t kMostDoublings = 16;

void set(int socket, int level, int option, int value) {
  ::setsockopt(socket, level, option, &value, sizeof value);
}

// A server that is gone, or cannot be reached any more, ends nothing: there the kernel does, within
// seconds. (A socket within the machine needs none of it, and refuses it.)
void end_with_its_peer(int socket) {
  constexpr int kGoneMs = 3000;
  constexpr int kProbeAfterSeconds = 3;
  constexpr int kProbes = 3;
  set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(socket, IPPROTO_TCP, TCP_KEEPIDLE, kProbeAfterSeconds);
  set(socket, IPPROTO_TCP, TCP_KEEPINTVL, 1);
  set(socket, IPPROTO_TCP, TCP_KEEPCNT, kProbes);
  set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, kGoneMs);
}

bool ended(const Fd& socket) {
  std::array<char, 4096> late{};
  for (;;) {
    const ssize_t got = ::recv(socket.get(), late.data(), late.size(), MSG_DONTWAIT);
    if (got == 0) return true;
    if (got < 0 && errno != EINTR) return errno != EAGAIN;
  }
}

}  // namespace

void Unanswered::add(int socket) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  // Not connected yet: nothing of it is on a server.
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return;
  Fd kept(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
  if (!kept) return;
  end_with_its_peer(kept.get());
  ::shutdown(kept.get(), SHUT_WR);
  sockets_.push_back(std::move(kept));
  last_ = std::chrono::steady_clock::now();
}

std::size_t Unanswered::left() {
  std::erase_if(sockets_, ended);
  return sockets_.size();
}

std::string Unanswered::wait() {
  const std::size_t owed = left();
  if (owed < kFree) return {};
  const auto pause = kFirstPause * (1U << std::min(owed - kFree, kMostDoublings));
  if (std::chrono::steady_clock::now() >= last_ + pause) return {};
  return "no answer in time; " + std::to_string(owed) + " sessions still wait for one";
}

}  // namespace cutover
