// SPDX-License-Identifier: Apache-2.0
// One thread, one poll loop: each accepted connection is a pair of sockets with a queue each way.
#include "tests/harness/tcp_relay.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <deque>
#include <list>
#include <stdexcept>
#include <vector>

#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"

namespace cutover::harness {
namespace {

using Clock = std::chrono::steady_clock;

sockaddr_in name_of(const std::string& address, std::uint16_t port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  inet_pton(AF_INET, address.c_str(), &name.sin_addr);
  return name;
}

struct Chunk {
  std::string bytes;  // empty: the end of the stream
  Clock::time_point due;
};

struct Direction {
  std::deque<Chunk> queue;
  bool read_ended = false;
  bool write_ended = false;
  bool held = false;
};

struct Pair {
  int fds[2];              // 0: the client's, 1: the server's
  Direction direction[2];  // [i]: from fds[i] to the other
  bool broken = false;
};

}  // namespace

class TcpRelay::Loop {
 public:
  explicit Loop(TcpRelay& relay) : relay_(relay) {}
  ~Loop() {
    drop_all(false);
    if (listener_ >= 0) close(listener_);
  }

  void run() {
    while (!relay_.ending_) {
      apply_mode();
      wait();
      if (listener_ready_) accept_one();
      for (Pair& pair : pairs_) move(pair);
      pairs_.remove_if([](Pair& pair) {
        bool over = pair.broken || (pair.direction[0].write_ended && pair.direction[1].write_ended);
        if (over) end(pair, false);
        return over;
      });
    }
  }

 private:
  static void end(Pair& pair, bool reset) {
    for (int fd : pair.fds) {
      linger hard{1, 0};
      if (reset) setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
      close(fd);
    }
  }

  void drop_all(bool reset) {
    for (Pair& pair : pairs_) end(pair, reset);
    pairs_.clear();
  }

  void apply_mode() {
    unsigned asked = relay_.asked_;
    mode_ = relay_.mode_;
    if (unsigned releases = relay_.releases_; releases != released_) {
      released_ = releases;
      for (Pair& pair : pairs_) pair.direction[0].held = pair.direction[1].held = false;
    }
    if (mode_ == Mode::kRefuse || mode_ == Mode::kReset || mode_ == Mode::kClose) {
      drop_all(mode_ == Mode::kReset);
    }
    if (mode_ == Mode::kRefuse && listener_ >= 0) {
      close(listener_);
      listener_ = -1;
    }
    if (mode_ != Mode::kRefuse && listener_ < 0) open_listener();
    relay_.done_ = asked;
  }

  void open_listener() {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in name = name_of("127.0.0.1", relay_.port_);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&name), sizeof name) != 0 ||
        listen(listener_, 128) != 0) {
      close(listener_);
      listener_ = -1;
    }
  }

  void wait() {
    std::vector<pollfd> polled = {{relay_.wake_, POLLIN, 0}, {listener_, POLLIN, 0}};
    const bool moving = mode_ != Mode::kBlackHole;
    int limit = 1000;
    for (Pair& pair : pairs_) {
      for (int i = 0; i < 2; ++i) {
        // Not read while much is queued, so that a black hole does not eat the memory.
        bool read = !pair.direction[i].read_ended && pair.direction[i].queue.size() < 64;
        const Direction& other = pair.direction[1 - i];
        bool write = moving && !other.held && !other.queue.empty();
        if (write && pair.direction[1 - i].queue.front().due > Clock::now()) {
          limit = 1;
          write = false;
        }
        short events = static_cast<short>((read ? POLLIN : 0) | (write ? POLLOUT : 0));
        // A negative descriptor is skipped: POLLHUP of an ended one would make this loop spin.
        polled.push_back({events != 0 ? pair.fds[i] : -1, events, 0});
      }
    }
    poll(polled.data(), polled.size(), limit);
    std::uint64_t count = 0;
    if ((polled[0].revents & POLLIN) != 0 && read(relay_.wake_, &count, sizeof count) < 0) return;
    listener_ready_ = (polled[1].revents & POLLIN) != 0;
  }

  void accept_one() {
    int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    ++relay_.connections_;
    Pair pair{{client, socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)}, {}};
    sockaddr_in name = name_of(relay_.target_address_, relay_.target_port_);
    bool silent = mode_ == Mode::kReset || mode_ == Mode::kClose;
    if (silent || connect(pair.fds[1], reinterpret_cast<sockaddr*>(&name), sizeof name) != 0) {
      end(pair, mode_ != Mode::kClose);
      return;
    }
    for (int fd : pair.fds) {
      int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      fcntl(fd, F_SETFL, O_NONBLOCK);
    }
    pairs_.push_back(std::move(pair));
  }

  void move(Pair& pair) {
    for (int i = 0; i < 2 && !pair.broken; ++i) {
      take(pair, i);
      if (mode_ != Mode::kBlackHole) give(pair, i);
    }
  }

  void take(Pair& pair, int from) {
    Direction& direction = pair.direction[from];
    char buffer[16384];
    while (!direction.read_ended && direction.queue.size() < 64) {
      ssize_t got = recv(pair.fds[from], buffer, sizeof buffer, 0);
      if (got < 0) {
        pair.broken = errno != EAGAIN && errno != EINTR;
        return;
      }
      direction.read_ended = got == 0;
      if (got > 0) look_at(pair, from, {buffer, static_cast<std::size_t>(got)});
      auto due = Clock::now() + std::chrono::milliseconds(relay_.delay_ms_);
      direction.queue.push_back({std::string(buffer, static_cast<std::size_t>(got)), due});
    }
  }

  void look_at(Pair& pair, int from, std::string_view bytes) {
    if (from == 1) {
      if (pair.direction[1].held) relay_.answered_ = true;
      return;
    }
    const Then then = relay_.ask_watch(bytes);
    if (then == Then::kHold) pair.direction[0].held = true;
    if (then == Then::kHoldAnswer) pair.direction[1].held = true;
  }

  void give(Pair& pair, int from) {
    Direction& direction = pair.direction[from];
    if (direction.held) return;
    int to = pair.fds[1 - from];
    while (!direction.queue.empty() && direction.queue.front().due <= Clock::now()) {
      Chunk& chunk = direction.queue.front();
      if (chunk.bytes.empty()) {
        shutdown(to, SHUT_WR);
        direction.write_ended = true;
        direction.queue.pop_front();
        return;
      }
      ssize_t sent = send(to, chunk.bytes.data(), chunk.bytes.size(), MSG_NOSIGNAL);
      if (sent < 0) {
        pair.broken = errno != EAGAIN && errno != EINTR;
        return;
      }
      chunk.bytes.erase(0, static_cast<std::size_t>(sent));
      if (!chunk.bytes.empty()) return;
      direction.queue.pop_front();
    }
  }

  TcpRelay& relay_;
  Mode mode_ = Mode::kPass;
  int listener_ = -1;
  bool listener_ready_ = false;
  unsigned released_ = 0;
  std::list<Pair> pairs_;
};

TcpRelay::TcpRelay(std::string target_address, std::uint16_t target_port)
    : target_address_(std::move(target_address)),
      target_port_(target_port),
      port_(free_port()),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { Loop(*this).run(); }) {
  wake_and_wait();
}

TcpRelay::~TcpRelay() {
  ending_ = true;
  eventfd_write(wake_, 1);
  thread_.join();
  close(wake_);
}

void TcpRelay::wake_and_wait() {
  unsigned mine = ++asked_;
  eventfd_write(wake_, 1);
  if (!eventually([&] { return done_ >= mine; }, std::chrono::seconds(5),
                  std::chrono::milliseconds(1))) {
    throw std::runtime_error("the relay does not answer");
  }
}

TcpRelay::Then TcpRelay::ask_watch(std::string_view sent) {
  const std::lock_guard lock(watch_mutex_);
  return watch_ ? watch_(sent) : Then::kForward;
}

void TcpRelay::watch(Watch watch) {
  const std::lock_guard lock(watch_mutex_);
  watch_ = std::move(watch);
  answered_ = false;
}

void TcpRelay::release() {
  ++releases_;
  wake_and_wait();
}

void TcpRelay::set(Mode mode) {
  mode_ = mode;
  wake_and_wait();
}

void TcpRelay::delay(std::chrono::milliseconds delay) {
  delay_ms_ = static_cast<int>(delay.count());
  wake_and_wait();
}

}  // namespace cutover::harness
