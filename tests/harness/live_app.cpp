// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/live_app.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <random>

#include "tests/harness/ports.h"
#include "tests/harness/websocket.h"

namespace cutover::harness {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLook{100};  // how often a thread looks whether it is to end
constexpr milliseconds kForAHead{10000};
constexpr int kBetweenEventsMs = 1000;  // on average
constexpr milliseconds kWork{2};        // between a message's INSERT and its COMMIT
constexpr int kConnections = 8;
constexpr unsigned kThereAlready = 1062;
constexpr const char* kEvents =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
    "Connection: close\r\n\r\nretry: 200\n\n";
constexpr const char* kNothing =
    "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

std::string between(const std::string& text, const std::string& begin, const char* ends) {
  const std::size_t at = text.find(begin);
  if (at == std::string::npos) return "";
  const std::size_t from = at + begin.size();
  return text.substr(from, text.find_first_of(ends, from) - from);
}

bool is_plain(const std::string& message) {
  return !message.empty() && std::all_of(message.begin(), message.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '/' || c == '-';
  });
}

}  // namespace

LiveApp::LiveApp(std::string host)
    : host_(std::move(host)), port_(free_port()), listening_(listen_at(port_)) {
  thread_ = std::thread([this] { accept_all(); });
}

LiveApp::~LiveApp() {
  stopping_ = true;
  thread_.join();
  std::unique_lock lock(mutex_);
  all_closed_.wait(lock, [this] { return open_ == 0; });
}

std::string LiveApp::vhost() const {
  const std::string url = "http://127.0.0.1:" + std::to_string(port_);
  return "ProxyPass /cable " + url + "/cable upgrade=websocket\nProxyPass /events " + url +
         "/events\n";
}

void LiveApp::write_to(const SqlLogin& database) {
  const std::lock_guard lock(mutex_);
  database_ = database;
}

LiveApp::Figures LiveApp::figures() const {
  const std::lock_guard lock(mutex_);
  return figures_;
}

// Those that have ended leave nothing behind, however often their clients come again.
void LiveApp::accept_all() {
  while (!stopping_) {
    pollfd one{listening_.get(), POLLIN, 0};
    if (::poll(&one, 1, static_cast<int>(kLook.count())) <= 0) continue;
    Fd fd(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!fd) continue;
    {
      const std::lock_guard lock(mutex_);
      ++open_;
    }
    std::thread([this, client = TcpStream(std::move(fd))]() mutable {
      serve(std::move(client));
      const std::lock_guard lock(mutex_);
      --open_;
      all_closed_.notify_all();
    }).detach();
  }
}

void LiveApp::serve(TcpStream client) {
  const auto head = client.take_until("\r\n\r\n", kForAHead);
  if (!head) return;
  const std::string key = between(*head, "Sec-WebSocket-Key: ", "\r");
  if (head->starts_with("GET /cable") && !key.empty()) {
    client.send(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        websocket_accept(key) + "\r\n\r\n");
    talk(client);
  } else if (head->starts_with("GET /events")) {
    tell_events(client, *head);
  } else {
    client.send(kNothing);
  }
}

void LiveApp::talk(TcpStream& client) {
  auto got = TcpStream::Got::kBytes;
  for (; !stopping_ && got != TcpStream::Got::kEnd; got = client.read(kLook)) {
    while (const auto frame = take_frame(client.unread())) {
      if (frame->kind == WebSocketFrame::kClose) {
        client.send(websocket_frame(*frame));
        return;
      }
      if (frame->kind == WebSocketFrame::kPing)
        client.send(websocket_frame({WebSocketFrame::kPong, frame->payload}));
      if (frame->kind != WebSocketFrame::kText) continue;
      const char* how = write_down(frame->payload) ? "taken " : "refused ";
      client.send(websocket_frame({WebSocketFrame::kText, how + host_ + " " + frame->payload}));
    }
  }
}

// It goes on after the event that its client had last.
void LiveApp::tell_events(TcpStream& client, const std::string& head) {
  if (!client.send(kEvents)) return;
  const std::string whose = between(head, "client=", "& ");
  const std::string last = between(head, "Last-Event-ID: ", "\r");
  auto got = TcpStream::Got::kNothing;
  std::minstd_rand random(std::random_device{}());
  std::uniform_int_distribution<int> pause_ms(0, 2 * kBetweenEventsMs);  // no two in step
  for (std::uint64_t n = last.empty() ? 1 : std::stoull(last) + 1;
       !stopping_ && got != TcpStream::Got::kEnd;
       ++n, got = client.read(milliseconds(pause_ms(random)))) {
    const std::string number = std::to_string(n);
    if (!write_down(whose + "/" + number)) return;
    if (!client.send("id: " + number + "\ndata: " + host_ + "\n\n")) return;
  }
}

bool LiveApp::write_down(const std::string& message) {
  if (!is_plain(message)) return false;
  try {
    std::unique_ptr<SqlConnection> connection = borrow();
    if (!connection) return false;
    const bool written = write_down(*connection, message);
    give_back(std::move(connection));
    return written;
  } catch (const SqlError& error) {  // it is of no use any more
    note_refusal(error.what());
    give_back(nullptr);
    return false;
  }
}

bool LiveApp::write_down(SqlConnection& database, const std::string& message) try {
  database.execute("BEGIN");
  database.execute("INSERT INTO messages VALUES ('" + message + "', '" + host_ + "')");
  std::this_thread::sleep_for(kWork);
  database.execute("COMMIT");
  const std::lock_guard lock(mutex_);
  ++figures_.committed;
  return true;
} catch (const SqlError& error) {
  database.execute("ROLLBACK");
  if (error.code() != kThereAlready) {
    note_refusal(error.what());
    return false;
  }
  const std::lock_guard lock(mutex_);
  ++figures_.there_already;
  return true;
}

std::unique_ptr<SqlConnection> LiveApp::borrow() {
  std::unique_lock lock(mutex_);
  if (!database_) return nullptr;
  one_idle_.wait(lock, [this] { return !idle_.empty() || lent_ < kConnections; });
  ++lent_;
  if (idle_.empty()) {
    lock.unlock();
    return std::make_unique<SqlConnection>(*database_);
  }
  std::unique_ptr<SqlConnection> connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void LiveApp::give_back(std::unique_ptr<SqlConnection> connection) {
  const std::lock_guard lock(mutex_);
  --lent_;
  if (connection) idle_.push_back(std::move(connection));
  one_idle_.notify_one();
}

void LiveApp::note_refusal(const std::string& words) {
  const std::lock_guard lock(mutex_);
  figures_.refusals.push_back(words);
}

}  // namespace cutover::harness
