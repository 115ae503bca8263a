// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/control/line_socket.h"

#include <poll.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

namespace cutover {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr std::size_t kLongestRequest = 16 * 1024;
constexpr auto kRequestLimit = 5s;
// As many as the kernel grants: whoever connects faster than he is answered waits in it, and where
// it is full nobody gets in.
constexpr int kBacklog = 4096;

std::string text_of(const json& message) {
  return message.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace

Fd listen_at(const std::string& path, mode_t mode, std::string& error) {
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    error = path + ": a socket's path has at most " + std::to_string(sizeof address.sun_path - 1) +
            " characters; shorten CutoverStateDir";
    return {};
  }
  path.copy(address.sun_path, path.size());
  ::unlink(path.c_str());
  if (!fd || ::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::chmod(path.c_str(), mode) != 0 || ::listen(fd.get(), kBacklog) != 0) {
    error = path + ": " + std::strerror(errno);
    // Root is kept from it by no mode: the policy of the distribution lets httpd make sockets only
    // where the type says so.
    if (errno == EACCES && ::geteuid() == 0)
      error += "; with SELinux: `semanage fcontext -a -t httpd_var_run_t '" +
               path.substr(0, path.rfind('/')) + "(/.*)?'`, then `restorecon -R` the folder";
    return {};
  }
  return fd;
}

std::string read_line(int fd, const std::atomic<bool>& stopping) {
  std::string text;
  const auto until = std::chrono::steady_clock::now() + kRequestLimit;
  while (!stopping && std::chrono::steady_clock::now() < until && text.size() < kLongestRequest) {
    pollfd wait{fd, POLLIN, 0};
    if (::poll(&wait, 1, 100) <= 0) continue;
    char chunk[4096];
    const ssize_t got = ::recv(fd, chunk, sizeof chunk, 0);
    if (got <= 0) return {};
    text.append(chunk, static_cast<std::size_t>(got));
    if (const auto end = text.find('\n'); end != std::string::npos) return text.substr(0, end);
  }
  return {};
}

bool send_line(int fd, const json& message) {
  const std::string line = text_of(message);
  const auto until = std::chrono::steady_clock::now() + kRequestLimit;
  std::size_t sent = 0;
  while (sent < line.size()) {
    const ssize_t n =
        ::send(fd, line.data() + sent, line.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) {
      sent += static_cast<std::size_t>(n);
      continue;
    }
    if (errno != EAGAIN && errno != EINTR) return false;
    if (std::chrono::steady_clock::now() >= until) return false;
    pollfd wait{fd, POLLOUT, 0};
    ::poll(&wait, 1, 100);
  }
  return true;
}

void turn_away(int fd, const json& message) {
  const std::string line = text_of(message);
  ::send(fd, line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

std::optional<ucred> peer_of(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
  return peer;
}

std::string user_name(uid_t uid) {
  char buffer[1024];
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(uid, &entry, buffer, sizeof buffer, &found) == 0 && found != nullptr)
    return found->pw_name;
  return "uid " + std::to_string(uid);
}

}  // namespace cutover
