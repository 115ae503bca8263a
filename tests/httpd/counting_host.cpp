// SPDX-License-Identifier: Apache-2.0
#include "tests/httpd/counting_host.h"

#include <httplib.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace cutover::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// The library lets five connect at a time; whoever comes then, tries again after a second.
class Server : public httplib::Server {
 public:
  void let_many_connect() { ::listen(svr_sock_, 1024); }
};

}  // namespace

struct CountingHost::Inside {
  Server server;
  int port = 0;
  std::thread thread;

  mutable std::mutex mutex;
  // All below: guarded by mutex.
  std::condition_variable changed;
  milliseconds each{0};
  bool blocked = false;
  bool failing = false;
  bool ending = false;
  int now = 0;
  int most = 0;
  std::vector<std::string> asked;

  void answer(const httplib::Request& request, httplib::Response& response) {
    std::unique_lock lock(mutex);
    const auto begun = steady_clock::now();
    const bool quick = request.target.find("quick") != std::string::npos;
    asked.push_back(request.target);
    most = std::max(most, ++now);
    const auto done = [&] {
      return ending || (steady_clock::now() >= begun + each && (quick || !blocked));
    };
    while (!done()) {
      if (blocked && !quick)
        changed.wait(lock);
      else
        changed.wait_until(lock, begun + each);
    }
    --now;
    response.status = failing ? 503 : 200;
    response.set_content("new", "text/plain");
  }
};

CountingHost::CountingHost() : inside_(std::make_unique<Inside>()) {
  Server& server = inside_->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(160); };
  server.set_keep_alive_max_count(1'000'000);
  server.set_keep_alive_timeout(60);
  server.set_tcp_nodelay(true);
  server.Get(".*", [this](const httplib::Request& request, httplib::Response& response) {
    inside_->answer(request, response);
  });
  inside_->port = server.bind_to_any_port("127.0.0.1");
  if (inside_->port <= 0) throw std::runtime_error("the counting host finds no port");
  server.let_many_connect();
  inside_->thread = std::thread([this] { inside_->server.listen_after_bind(); });
  while (!server.is_running()) std::this_thread::yield();
}

CountingHost::~CountingHost() {
  {
    const std::lock_guard lock(inside_->mutex);
    inside_->ending = true;
  }
  inside_->changed.notify_all();
  inside_->server.stop();
  inside_->thread.join();
}

std::string CountingHost::directive() const {
  return "CutoverNewHost http://127.0.0.1:" + std::to_string(inside_->port) + "\n";
}

void CountingHost::take(milliseconds each) {
  const std::lock_guard lock(inside_->mutex);
  inside_->each = each;
  inside_->changed.notify_all();
}

void CountingHost::block() {
  const std::lock_guard lock(inside_->mutex);
  inside_->blocked = true;
}

void CountingHost::let_go() {
  const std::lock_guard lock(inside_->mutex);
  inside_->blocked = false;
  inside_->changed.notify_all();
}

void CountingHost::fail(bool failing) {
  const std::lock_guard lock(inside_->mutex);
  inside_->failing = failing;
}

int CountingHost::at_once() const {
  const std::lock_guard lock(inside_->mutex);
  return inside_->now;
}

int CountingHost::most_at_once() const {
  const std::lock_guard lock(inside_->mutex);
  return inside_->most;
}

void CountingHost::forget_most() {
  const std::lock_guard lock(inside_->mutex);
  inside_->most = inside_->now;
}

std::vector<std::string> CountingHost::asked() const {
  const std::lock_guard lock(inside_->mutex);
  return inside_->asked;
}

}  // namespace cutover::test

#ifdef __SANITIZE_THREAD__
// The library is not built with the tool, which does not see how it guards its static tables.
extern "C" __attribute__((visibility("default"))) const char* __tsan_default_suppressions() {
  return "called_from_lib:libcpp-httplib.so\n";
}
#endif
