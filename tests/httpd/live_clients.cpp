// SPDX-License-Identifier: Apache-2.0
#include "tests/httpd/live_clients.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "tests/httpd/connection.h"

namespace cutover::test {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBetweenLines{50};
constexpr milliseconds kBeforeItComesAgain{10};

}  // namespace

LiveClients::LiveClients(std::uint16_t port, const Number& number) : port_(port) {
  for (int i = 0; i < number.sockets + number.streams; ++i) {
    Client& client = clients_.emplace_back();
    threads_.emplace_back(
        [this, &client, i, socket = i < number.sockets] { run(client, i, socket); });
  }
}

void LiveClients::stop() {
  stopping_.store(true);
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.join();
}

int LiveClients::at(const std::string& host) const {
  return static_cast<int>(std::count_if(clients_.begin(), clients_.end(), [&](const Client& one) {
    auto& client = const_cast<Client&>(one);
    const std::lock_guard lock(client.mutex);
    return client.host == host;
  }));
}

std::vector<std::string> LiveClients::answered() const {
  const std::lock_guard lock(mutex_);
  return answered_;
}

std::vector<std::string> LiveClients::refusals() const {
  const std::lock_guard lock(mutex_);
  return refusals_;
}

void LiveClients::heard(Client& client, const std::string& host) {
  const std::lock_guard lock(client.mutex);
  client.host = host;
}

void LiveClients::run(Client& client, int number, bool socket) {
  int sent = 0;
  while (!stopping_) {
    try {
      go_on(client, number, socket, sent);
    } catch (const std::runtime_error&) {  // closed while it was sending
    }
    std::this_thread::sleep_for(kBeforeItComesAgain);
  }
}

// Until it is closed.
void LiveClients::go_on(Client& client, int number, bool socket, int& sent) {
  Connection connection(port_);
  connection.get(socket ? "/cable" : "/events",
                 socket ? "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                          "Sec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        : "Accept: text/event-stream\r\n");
  std::string head = connection.read_until("\r\n\r\n");
  const std::string wanted = socket ? "HTTP/1.1 101 " : "HTTP/1.1 200 ";
  if (!head.empty() && !head.starts_with(wanted)) {
    const std::lock_guard lock(mutex_);
    refusals_.push_back(head.substr(0, head.find('\r')));
  }
  if (!head.starts_with(wanted)) return;
  if (!socket) {
    connection.start_anew();
    for (std::string event = "data: "; !stopping_ && !event.empty(); connection.start_anew()) {
      event = connection.read_until("\n\n", 1000);
      if (const std::size_t at = event.find("data: "); at != std::string::npos)
        heard(client, event.substr(at + 6, 3));
    }
    return;
  }
  while (!stopping_) {
    connection.start_anew();
    const std::string line = std::to_string(number) + "/" + std::to_string(++sent);
    connection.send(line + "\n");
    const std::string answer = connection.read_until(line + "\n");
    if (answer.find(line + "\n") == std::string::npos) return;
    heard(client, answer.substr(0, 3));
    {
      const std::lock_guard lock(mutex_);
      answered_.push_back(answer.substr(0, answer.size() - 1));
    }
    std::this_thread::sleep_for(kBetweenLines);
  }
}

}  // namespace cutover::test
