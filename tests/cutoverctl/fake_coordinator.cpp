// SPDX-License-Identifier: Apache-2.0
#include "fake_coordinator.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <stdexcept>

#include "mod_cutover/state/paths.h"

namespace cutover::tests {
namespace {

using namespace std::chrono_literals;

Fd listen_at(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error(path + " is too long");
  std::memcpy(address.sun_path, path.data(), path.size());
  unlink(path.c_str());  // of one that died, as a real one does
  Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(fd.get(), 8) != 0)
    throw std::runtime_error(path + ": " + std::strerror(errno));
  return fd;
}

bool wait_readable(int fd, std::chrono::milliseconds limit) {
  pollfd one{fd, POLLIN, 0};
  return poll(&one, 1, static_cast<int>(limit.count())) > 0;
}

}  // namespace

bool Connection::readable(std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!over_ && std::chrono::steady_clock::now() < end)
    if (wait_readable(fd_.get(), 10ms)) return true;
  return false;
}

std::string Connection::read_line() {
  std::string line;
  char c = 0;
  while (readable(20s) && recv(fd_.get(), &c, 1, 0) == 1) {
    if (c == '\n') return line;
    line += c;
  }
  return {};
}

void Connection::send_text(std::string_view text) {
  while (!text.empty() && !over_) {
    const ssize_t sent = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the command has gone: that may be what the test is about
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void Connection::done(int exit, const std::string& message, const nlohmann::json& result) {
  nlohmann::json last{{"exit", exit}, {"message", message}};
  if (!result.is_null()) last["result"] = result;
  send({{"done", last}});
}

void Connection::stay_silent(std::chrono::milliseconds limit) { readable(limit); }

FakeCoordinator::FakeCoordinator(const std::filesystem::path& state_dir, std::vector<Scene> scenes)
    : scenes_(std::move(scenes)),
      listener_(listen_at(socket_path(state_dir))),
      thread_([this] { play(); }) {}

FakeCoordinator::~FakeCoordinator() {
  over_ = true;
  thread_.join();
}

void FakeCoordinator::play() {
  for (std::size_t scene = 0; !over_;) {
    if (!wait_readable(listener_.get(), 10ms)) continue;
    Connection connection(Fd(accept(listener_.get(), nullptr, nullptr)), over_);
    if (scene == scenes_.size()) continue;
    const std::string line = connection.read_line();
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(nlohmann::json::parse(line, nullptr, false));
    }
    scenes_[scene++](connection);
  }
}

std::vector<nlohmann::json> FakeCoordinator::requests() {
  const std::lock_guard lock(mutex_);
  return requests_;
}

FakeCoordinator::Scene answers(int exit, const std::string& message, const nlohmann::json& result) {
  return [=](Connection& connection) { connection.done(exit, message, result); };
}

}  // namespace cutover::tests
