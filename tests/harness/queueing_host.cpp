// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/queueing_host.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <list>
#include <mutex>
#include <semaphore>
#include <stdexcept>
#include <thread>
#include <utility>

#include "mod_cutover/state/fd.h"

namespace cutover::harness {
namespace {

Fd bind_to(std::uint16_t port) {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int yes = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("the queueing host finds no port");
  return fd;
}

Fd listen_on(std::uint16_t port) {
  Fd fd = bind_to(port);
  if (::listen(fd.get(), 1024) != 0) throw std::runtime_error("the queueing host cannot listen");
  return fd;
}

std::uint16_t port_of(const Fd& fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

bool readable(int fd) {
  pollfd one{fd, POLLIN, 0};
  return ::poll(&one, 1, 50) > 0;
}

std::size_t body_size(const std::string& head) {
  const std::size_t at = head.find("Content-Length: ");
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
}

std::string answer(int status, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) +
         " So\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nContent-Type: text/plain\r\n\r\n" + body;
}

// First come, first served.
class Workers {
 public:
  explicit Workers(int number) : free_(number) {}
  void take() {
    std::binary_semaphore turn{0};
    {
      const std::lock_guard lock(mutex_);
      if (free_ > 0) {
        --free_;
        return;
      }
      waiting_.push_back(&turn);
    }
    turn.acquire();
  }
  void give_back() {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) {
      ++free_;
      return;
    }
    waiting_.front()->release();
    waiting_.pop_front();
  }

 private:
  std::mutex mutex_;
  int free_;
  std::list<std::binary_semaphore*> waiting_;
};

}  // namespace

struct QueueingHost::Inside {
  explicit Inside(QueueingHostOptions wanted)
      : options(wanted),
        workers(wanted.workers),
        place(bind_to(0)),
        port(port_of(place)),
        listening(listen_on(port)) {
    accepting = std::thread([this] { accept(); });
  }
  ~Inside() {
    ending = true;
    accepting.join();
    for (std::thread& one : connections) one.join();
  }

  void accept() {
    while (!ending) {
      int fd = -1;
      {
        const std::lock_guard lock(mutex);
        if (listening) fd = listening.get();
      }
      if (fd < 0 || !readable(fd)) {
        std::this_thread::sleep_for(std::chrono::milliseconds(fd < 0 ? 5 : 0));
        continue;
      }
      Fd connection(::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC));
      if (!connection) continue;
      const int yes = 1;
      ::setsockopt(connection.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      connections.emplace_back(
          [this, own = std::make_shared<Fd>(std::move(connection))] { serve(own->get()); });
    }
  }

  // One more byte range, or the end.
  bool read(int fd, std::string& text) const {
    while (!ending) {
      if (!readable(fd)) continue;
      char bytes[4096];
      const ssize_t n = ::read(fd, bytes, sizeof bytes);
      if (n > 0) text.append(bytes, static_cast<std::size_t>(n));
      return n > 0;
    }
    return false;
  }

  void serve(int fd) {
    std::string text;
    for (int answers = 0; !ending; ++answers) {
      std::size_t end = std::string::npos;
      while ((end = text.find("\r\n\r\n")) == std::string::npos)
        if (!read(fd, text)) return;
      ++came;
      if (answers > 0 && closing) return;
      const std::size_t size = end + 4 + body_size(text.substr(0, end));
      while (text.size() < size)
        if (!read(fd, text)) return;
      const bool post = text.compare(0, 4, "POST") == 0;
      text.erase(0, size);
      const std::string said = work() ? answer(200, "new") : answer(503, "queue full");
      if (post && said.compare(9, 3, "200") == 0) ++whole_bodies;
      if (::send(fd, said.data(), said.size(), MSG_NOSIGNAL) < 0) return;
    }
  }

  // False where it is refused.
  bool work() {
    const int now = ++inside;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
    }
    const bool refuses = to_refuse.fetch_sub(1) > 0;
    if (!refuses) to_refuse.fetch_add(1);
    const bool served = !refuses && now <= options.workers + options.queue;
    if (served) {
      workers.take();
      const bool slow = options.one_slow_in != 0 && served_ever++ % options.one_slow_in == 0;
      std::this_thread::sleep_for(slow ? options.slow : options.each);
      workers.give_back();
    } else {
      ++refused;
    }
    --inside;
    return served;
  }

  const QueueingHostOptions options;
  Workers workers;
  const Fd place;  // keeps the port while nobody listens there
  const std::uint16_t port;
  std::mutex mutex;
  Fd listening;  // guarded by mutex
  std::atomic<bool> ending{false}, closing{false};
  std::atomic<int> inside{0}, most{0}, came{0}, refused{0}, whole_bodies{0}, to_refuse{0},
      served_ever{0};
  std::list<std::thread> connections;  // of the accepting thread, until that has ended
  std::thread accepting;
};

QueueingHost::QueueingHost(QueueingHostOptions options)
    : inside_(std::make_unique<Inside>(options)) {}
QueueingHost::~QueueingHost() = default;

std::uint16_t QueueingHost::port() const { return inside_->port; }
std::string QueueingHost::directive() const {
  return "CutoverNewHost http://127.0.0.1:" + std::to_string(port()) + "\n";
}

void QueueingHost::refuse(int number) { inside_->to_refuse = number; }
void QueueingHost::close_kept(bool closing) { inside_->closing = closing; }
void QueueingHost::listen(bool listening) {
  const std::lock_guard lock(inside_->mutex);
  // At once: the thread that polls it just now keeps it open.
  if (!listening) ::shutdown(inside_->listening.get(), SHUT_RDWR);
  inside_->listening = listening ? listen_on(inside_->port) : Fd();
}

int QueueingHost::came() const { return inside_->came; }
int QueueingHost::refused() const { return inside_->refused; }
int QueueingHost::whole_bodies() const { return inside_->whole_bodies; }
int QueueingHost::most_inside() const { return inside_->most; }

}  // namespace cutover::harness
