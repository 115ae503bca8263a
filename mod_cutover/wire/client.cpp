// SPDX-License-Identifier: Apache-2.0
// One request, one connection. Every wait is a poll with a deadline on the monotonic clock, so that
// neither a stopped coordinator nor one that sends half a line can keep its asker for ever.
#include "mod_cutover/wire/client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <thread>

#include "mod_cutover/state/fd.h"

namespace cutover {
namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

constexpr std::size_t kMaxLine = 1 << 20;
constexpr std::chrono::milliseconds kBusyPause{5};

// The connection is there, but what comes over it is not an answer.
struct Broken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The other end closed it, between two lines.
struct Closed : Broken {
  using Broken::Broken;
};

std::string words(int error) { return std::generic_category().message(error); }

int millis_until(Clock::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
  return static_cast<int>(std::clamp<decltype(left)>(left, 0, 1'000'000'000));
}

// False when the time is up.
bool wait_for(int fd, short events, Clock::time_point end) {
  for (;;) {
    pollfd one{fd, events, 0};
    const int ready = poll(&one, 1, millis_until(end));
    if (ready > 0) return true;
    if (ready == 0 && Clock::now() >= end) return false;
    if (ready < 0 && errno != EINTR) throw Broken("poll: " + words(errno));
  }
}

// A full backlog answers EAGAIN at once instead of waiting, hence the loop.
std::optional<std::string> connect_to(const Fd& fd, const std::string& path,
                                      Clock::time_point end) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return path + ": longer than a socket's name may be (" +
           std::to_string(sizeof address.sun_path - 1) + " bytes)";
  std::memcpy(address.sun_path, path.data(), path.size());
  for (;;) {
    if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
      return std::nullopt;
    if (errno == EISCONN) return std::nullopt;
    const bool again = errno == EAGAIN || errno == EINTR;
    if (!again) return path + ": " + words(errno);
    if (Clock::now() >= end) return path + ": the coordinator takes no connection";
    std::this_thread::sleep_for(kBusyPause);
  }
}

// False when the other end is closed already: its reason may still be there to be read.
// One that has gone, or turns us away unread, is found out about by reading.
void send_all(const Fd& fd, std::string_view text, Clock::time_point end) {
  while (!text.empty()) {
    const ssize_t sent = send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      text.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      if (!wait_for(fd.get(), POLLOUT, end)) throw Broken("the coordinator reads no request");
    } else if (errno == EPIPE || errno == ECONNRESET) {
      return;
    } else if (errno != EINTR) {
      throw Broken("send: " + words(errno));
    }
  }
}

class Lines {
 public:
  Lines(const Fd& fd, std::chrono::milliseconds silence) : fd_(fd), silence_(silence) {}

  std::string next() {
    const auto end = Clock::now() + silence_;
    for (std::size_t searched = 0;;) {
      const auto newline = buffer_.find('\n', searched);
      if (newline != std::string::npos && newline <= kMaxLine) return take(newline);
      if (buffer_.size() > kMaxLine) throw Broken("the coordinator sent a line over 1 MiB");
      searched = buffer_.size();
      read_more(end);
    }
  }

 private:
  std::string take(std::size_t newline) {
    std::string line = buffer_.substr(0, newline);
    buffer_.erase(0, newline + 1);
    return line;
  }

  void read_more(Clock::time_point end) {
    char chunk[16384];
    for (;;) {
      const ssize_t got = recv(fd_.get(), chunk, sizeof chunk, 0);
      if (got > 0) {
        buffer_.append(chunk, static_cast<std::size_t>(got));
        return;
      }
      if (got == 0 || errno == ECONNRESET) {
        if (buffer_.empty())
          throw Closed("the coordinator closed the connection before its last line");
        throw Broken("the coordinator closed the connection in the middle of a line");
      }
      if (errno == EAGAIN) {
        if (!wait_for(fd_.get(), POLLIN, end))
          throw Broken("no word from the coordinator for " + std::to_string(silence_.count()) +
                       " ms");
      } else if (errno != EINTR) {
        throw Broken("recv: " + words(errno));
      }
    }
  }

  const Fd& fd_;
  std::chrono::milliseconds silence_;
  std::string buffer_;
};

json checked_done(json done) {
  if (!done.is_object() || !done.contains("exit") || !done["exit"].is_number_integer() ||
      !done.contains("message") || !done["message"].is_string() ||
      (done.contains("again") && !done["again"].is_boolean()))
    throw Broken("the coordinator's last line lacks its exit code or its message");
  return done;
}

json read_to_done(Lines& lines, bool& taken, const OnProgress& on_progress) {
  for (;;) {
    const std::string text = lines.next();
    taken = true;
    json line = json::parse(text, nullptr, false);
    if (!line.is_object()) throw Broken("the coordinator sent a line that is no JSON object");
    if (line.contains("taken")) continue;
    if (line.contains("done")) return checked_done(std::move(line["done"]));
    if (!line.contains("progress") || !line["progress"].is_object())
      throw Broken("the coordinator sent a line that is neither progress nor an end");
    if (on_progress) on_progress(line["progress"]);
  }
}

}  // namespace

Reply ask(const std::string& socket_path, const json& request, std::chrono::milliseconds silence,
          const OnProgress& on_progress) {
  const auto end = Clock::now() + silence;
  const Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return {Reply::Kind::kNoCoordinator, {}, "socket: " + words(errno)};
  if (auto error = connect_to(fd, socket_path, end))
    return {Reply::Kind::kNoCoordinator, {}, *error};
  bool taken = false;
  try {
    const std::string text = request.dump(-1, ' ', true, json::error_handler_t::replace) + "\n";
    send_all(fd, text, end);
    Lines lines(fd, silence);
    return {Reply::Kind::kDone, read_to_done(lines, taken, on_progress), {}};
  } catch (const Closed& closed) {
    if (taken) return {Reply::Kind::kBroken, {}, closed.what()};
    return {Reply::Kind::kLeft, {}, "the coordinator left before it took the request"};
  } catch (const Broken& broken) {
    return {Reply::Kind::kBroken, {}, broken.what()};
  }
}

}  // namespace cutover
