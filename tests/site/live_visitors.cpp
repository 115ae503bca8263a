// SPDX-License-Identifier: Apache-2.0
#include "tests/site/live_visitors.h"

#include <stdexcept>

#include "tests/harness/websocket.h"

namespace cutover::test {
namespace {

using harness::take_frame;
using harness::TcpStream;
using harness::websocket_frame;
using harness::WebSocketFrame;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kBetweenMessagesMs = 1000;  // on average
constexpr milliseconds kBeforeItComesAgain{100};
constexpr milliseconds kForAnAnswer{15000};  // longer than a hold
constexpr milliseconds kLook{100};

std::string get(const std::string& path, const std::string& more) {
  return "GET " + path + " HTTP/1.1\r\nHost: shop.example.com\r\n" + more + "\r\n";
}

}  // namespace

LiveVisitors::LiveVisitors(std::uint16_t port, const Number& number) : port_(port) {
  for (int i = 0; i < number.sockets + number.streams; ++i) {
    const bool socket = i < number.sockets;
    Client& client = clients_.emplace_back();
    client.random.seed(static_cast<unsigned>(i) + 1);
    client.name = (socket ? "socket-" : "stream-") + std::to_string(i);
    threads_.emplace_back([this, &client, socket] { come_again_and_again(client, socket); });
  }
}

void LiveVisitors::stop() {
  stopping_ = true;
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.join();
}

std::vector<LiveVisitors::Time> LiveVisitors::at(const std::string& host) const {
  const std::lock_guard lock(mutex_);
  std::vector<Time> since;
  for (const Client& client : clients_)
    if (client.host == host) since.push_back(client.since);
  return since;
}

LiveVisitors::Figures LiveVisitors::figures() const {
  const std::lock_guard lock(mutex_);
  return figures_;
}

void LiveVisitors::come_again_and_again(Client& client, bool socket) {
  while (!stopping_) {
    try {
      socket ? talk(client) : listen(client);
    } catch (const std::runtime_error&) {  // nobody listens
    }
    std::this_thread::sleep_for(kBeforeItComesAgain);
  }
}

bool LiveVisitors::open(TcpStream& stream, const std::string& request, const std::string& wanted) {
  const auto head =
      stream.send(request) ? stream.take_until("\r\n\r\n", kForAnAnswer) : std::nullopt;
  if (head && head->starts_with(wanted)) return true;
  if (head) {
    const std::lock_guard lock(mutex_);
    figures_.turned_away.push_back(head->substr(0, head->find('\r')));
  }
  return false;
}

// Until it is closed.
void LiveVisitors::talk(Client& client) {
  TcpStream stream(port_);
  if (!open(stream,
            get("/cable",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"),
            "HTTP/1.1 101 "))
    return;
  std::uniform_int_distribution<int> pause_ms(0, 2 * kBetweenMessagesMs);  // no two in step
  while (!stopping_ && send_next(client, stream)) {
    const milliseconds pause(pause_ms(client.random));
    const auto end = steady_clock::now() + pause;
    while (steady_clock::now() < end)
      if (stream.read(pause) == TcpStream::Got::kEnd) return;
  }
}

bool LiveVisitors::send_next(Client& client, TcpStream& stream) {
  const std::string message = client.name + "/" + std::to_string(client.had + 1);
  if (client.unsure) {
    const std::lock_guard lock(mutex_);
    ++figures_.sent_again;
  }
  client.unsure = true;
  if (!stream.send(websocket_frame({WebSocketFrame::kText, message}, true))) return false;
  const auto end = steady_clock::now() + kForAnAnswer;
  auto answer = take_frame(stream.unread());
  for (; !answer; answer = take_frame(stream.unread()))
    if (steady_clock::now() > end || stream.read(kLook) == TcpStream::Got::kEnd) return false;
  if (answer->payload.starts_with("refused ")) {
    const std::lock_guard lock(mutex_);
    ++figures_.told_refused;
  }
  const std::string taken = "taken ";
  if (!answer->payload.starts_with(taken) || !answer->payload.ends_with(" " + message))
    return false;
  heard(client, answer->payload.substr(taken.size(), 3));
  return true;
}

void LiveVisitors::listen(Client& client) {
  TcpStream stream(port_);
  std::string more = "Accept: text/event-stream\r\n";
  if (client.had > 0) more += "Last-Event-ID: " + std::to_string(client.had) + "\r\n";
  if (!open(stream, get("/events?client=" + client.name, more), "HTTP/1.1 200 ")) return;
  const auto first = stream.take_until("retry: 200\n\n", kForAnAnswer);
  while (first && !stopping_) {
    const auto event = stream.take_until("\n\n", kForAnAnswer);
    const std::string data = "data: ";
    if (!event) return;
    const std::size_t at = event->find("id: " + std::to_string(client.had + 1) + "\n" + data);
    if (at == std::string::npos) return;
    heard(client, event->substr(event->find(data) + data.size(), 3));
  }
}

// The next message or event: its host says that it is written down.
void LiveVisitors::heard(Client& client, const std::string& host) {
  client.unsure = false;
  const std::lock_guard lock(mutex_);
  figures_.acknowledged.push_back(client.name + "/" + std::to_string(++client.had));
  if (client.host == host) return;
  client.host = host;
  client.since = steady_clock::now();
}

}  // namespace cutover::test
