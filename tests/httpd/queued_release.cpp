// SPDX-License-Identifier: Apache-2.0
#include "tests/httpd/queued_release.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "tests/harness/queueing_host.h"
#include "tests/httpd/crowd.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

RigOptions options_for(const QueuedLoad& load, const harness::QueueingHost& host) {
  RigOptions options;
  options.processes = load.children;
  options.threads = 64;
  options.access_log = false;
  options.server = "AsyncRequestWorkerFactor " + std::to_string(load.held);
  options.site = "CutoverHoldTimeout 50s\nCutoverHoldLimit " + std::to_string(load.held) + "\n" +
                 host.directive();
  return options;
}

// Visitors who come straight to the new host, one request after the other.
class Others {
 public:
  Others(std::uint16_t port, int number)
      : crowd_(port, static_cast<std::size_t>(number)), thread_([this] {
          for (std::size_t asked = 1; !ending_.load(); ++asked) {
            crowd_.get_all("/other");
            crowd_.read(asked, seconds(5));
          }
        }) {}
  ~Others() {
    ending_.store(true);
    thread_.join();
  }
  Others(const Others&) = delete;
  Others& operator=(const Others&) = delete;

 private:
  Crowd crowd_;  // the thread's
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

std::string request(const QueuedLoad& load) {
  if (!load.post) return get_request("/page");
  return "POST /order HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 5\r\n\r\nhello";
}

}  // namespace

QueuedFigures release_to_queue(const QueuedLoad& load) {
  harness::QueueingHost host({.workers = load.workers,
                              .queue = 100,
                              .each = load.each,
                              .one_slow_in = load.one_slow_in,
                              .slow = load.slow});
  Rig rig(options_for(load, host));
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  Crowd crowd(rig.port(), load.held, request(load));
  rig.eventually_held(static_cast<std::int64_t>(load.held));
  const int busy = load.busy ? load.workers / 2 : 0;
  std::unique_ptr<Others> others;
  if (busy > 0) others = std::make_unique<Others>(host.port(), busy);

  QueuedFigures figures;
  figures.held = static_cast<std::size_t>(rig.counts().held_now);
  const auto released = steady_clock::now();
  rig.serve(Side::kNew);
  crowd.read(1, seconds(60));
  others.reset();
  const auto ms = [&](steady_clock::time_point at) {
    return std::chrono::duration<double, std::milli>(at - released).count();
  };
  figures.failed = crowd.size() - crowd.count(200, "new");
  figures.refused = host.refused();
  figures.most_inside = host.most_inside();
  for (std::size_t i = 0; i < crowd.size(); ++i)
    for (const Answer& answer : crowd.answers(i))
      figures.last_ms = std::max(figures.last_ms, ms(answer.at));
  const double slow = load.one_slow_in == 0 ? 0 : 1.0 / load.one_slow_in;
  const auto each = static_cast<double>(load.each.count());
  const auto longest = static_cast<double>(std::max(load.each, load.slow).count());
  const double mean = each + slow * (longest - each);
  figures.best_ms =
      std::max(longest, static_cast<double>(load.held) * mean / (load.workers - busy));
  return figures;
}

}  // namespace cutover::test
