// SPDX-License-Identifier: Apache-2.0
#include "tests/httpd/crowd.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace cutover::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

Fd connect_to(std::uint16_t port) {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (!fd || ::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("cannot connect to port " + std::to_string(port) + ": " +
                             std::strerror(errno));
  return fd;
}

std::size_t content_length(const std::string& head) {
  const char* field = ::strcasestr(head.c_str(), "\r\nContent-Length:");
  return field == nullptr ? 0 : std::strtoul(field + 17, nullptr, 10);
}

// Takes a whole body from the front of `text`; false when it is not all there.
bool take_body(const std::string& head, std::string& text, std::string& body) {
  if (::strcasestr(head.c_str(), "\r\nTransfer-Encoding: chunked") == nullptr) {
    const std::size_t length = content_length(head);
    if (text.size() < length) return false;
    body = text.substr(0, length);
    text.erase(0, length);
    return true;
  }
  std::string decoded;
  for (std::size_t at = 0;;) {
    const std::size_t line = text.find("\r\n", at);
    if (line == std::string::npos) return false;
    const std::size_t length = std::strtoul(text.c_str() + at, nullptr, 16);
    at = line + 2 + length + 2;
    if (text.size() < at) return false;
    decoded.append(text, line + 2, length);
    if (length != 0) continue;
    body = decoded;
    text.erase(0, at);
    return true;
  }
}

}  // namespace

struct Crowd::Visitor {
  Fd fd;
  std::string unread;
  std::vector<Answer> answers;
  std::size_t continues = 0;  // 100
  bool ended = false;

  // Takes the whole answers out of what was read. 100 Continue is no answer.
  void parse() {
    for (;;) {
      const std::size_t end = unread.find("\r\n\r\n");
      if (end == std::string::npos) return;
      Answer answer;
      answer.head = unread.substr(0, end + 2);
      answer.status = std::atoi(answer.head.c_str() + std::strlen("HTTP/1.1 "));
      answer.at = steady_clock::now();
      std::string rest = unread.substr(end + 4);
      if (!take_body(answer.head, rest, answer.body)) return;
      unread = rest;
      if (answer.status == 100)
        ++continues;
      else
        answers.push_back(std::move(answer));
    }
  }
};

std::string get_request(const std::string& path, const std::string& more) {
  return "GET " + path + " HTTP/1.1\r\nHost: shop.example.com\r\n" + more + "\r\n";
}

std::string post_request(const std::string& path) {
  return "POST " + path + " HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 1\r\n\r\nx";
}

Crowd::Crowd(std::uint16_t port, std::size_t size, const std::string& first_words)
    : port_(port), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  for (std::size_t i = 0; i < size; ++i) join(first_words);
}

void Crowd::join(const std::string& first_words) {
  visitors_.push_back({connect_to(port_), {}, {}, 0, false});
  epoll_event readable{};
  readable.events = EPOLLIN;
  readable.data.u64 = size() - 1;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, visitors_.back().fd.get(), &readable) != 0)
    throw std::runtime_error("epoll_ctl: " + std::string(std::strerror(errno)));
  if (!first_words.empty()) send(size() - 1, first_words);
}

Crowd::~Crowd() = default;

std::size_t Crowd::size() const { return visitors_.size(); }

void Crowd::send(std::size_t visitor, const std::string& bytes) {
  if (::send(visitors_[visitor].fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(bytes.size()))
    throw std::runtime_error("visitor " + std::to_string(visitor) +
                             " cannot send: " + std::strerror(errno));
}

void Crowd::send_all(const std::string& bytes) {
  for (std::size_t i = 0; i < size(); ++i) send(i, bytes);
}

void Crowd::get(std::size_t visitor, const std::string& path, const std::string& more) {
  send(visitor, get_request(path, more));
}

void Crowd::get_all(const std::string& path, const std::string& more) {
  send_all(get_request(path, more));
}

void Crowd::read_from(Visitor& visitor) {
  std::array<char, 16384> chunk;
  const ssize_t got = ::recv(visitor.fd.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got > 0) {
    visitor.unread.append(chunk.data(), static_cast<std::size_t>(got));
    visitor.parse();
    return;
  }
  visitor.ended = true;
  visitor.fd.reset();
}

std::size_t Crowd::read(std::size_t answers_each, milliseconds limit) {
  const auto end = steady_clock::now() + limit;
  const auto waits = [&](const Visitor& v) { return v.fd && v.answers.size() < answers_each; };
  auto waiting = std::count_if(visitors_.begin(), visitors_.end(), waits);
  std::array<epoll_event, 256> ready{};
  while (waiting != 0 && steady_clock::now() < end) {
    const int n = ::epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), 50);
    for (int i = 0; i < n; ++i) {
      Visitor& v = visitors_[ready[static_cast<std::size_t>(i)].data.u64];
      const bool waited = waits(v);
      read_from(v);
      if (waited && !waits(v)) --waiting;
    }
  }
  std::size_t good = 0;
  for (const Visitor& v : visitors_)
    for (const Answer& a : v.answers) good += a.status == 200 ? 1 : 0;
  return good;
}

const std::vector<Answer>& Crowd::answers(std::size_t visitor) const {
  return visitors_[visitor].answers;
}

void Crowd::forget() {
  for (Visitor& v : visitors_) v.answers.clear();
}

std::size_t Crowd::count(int status, const std::string& body) const {
  std::size_t n = 0;
  for (const Visitor& v : visitors_)
    for (const Answer& a : v.answers) n += a.status == status && a.body == body ? 1 : 0;
  return n;
}

std::size_t Crowd::continues() const {
  std::size_t n = 0;
  for (const Visitor& v : visitors_) n += v.continues;
  return n;
}

std::size_t Crowd::ended() const {
  std::size_t n = 0;
  for (const Visitor& v : visitors_) n += v.ended ? 1 : 0;
  return n;
}

void Crowd::end_sending(std::size_t visitor) { ::shutdown(visitors_[visitor].fd.get(), SHUT_WR); }

void Crowd::leave(std::size_t visitor) { visitors_[visitor].fd.reset(); }

void Crowd::leave_rudely(std::size_t visitor) {
  const linger rst{1, 0};
  ::setsockopt(visitors_[visitor].fd.get(), SOL_SOCKET, SO_LINGER, &rst, sizeof rst);
  leave(visitor);
}

}  // namespace cutover::test
