// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/sessions/crowds.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iomanip>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/drained_switch.h"
#include "tests/bench/held/page_reader.h"
#include "tests/bench/held/release.h"
#include "tests/bench/held/usage.h"
#include "tests/bench/statistics.h"
#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/httpd/crowd.h"
#include "tests/httpd/sessions/h2load.h"
#include "tests/httpd/tls.h"

namespace cutover::bench {
namespace {

using harness::eventually;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using test::Crowd2;
using test::Rig;

constexpr int kStreams = 4;
// Who was there before asks at a person's pace, all of them in the hold too, and for long enough to
// see its end. So many hundredths of them connect in a second.
constexpr int kBeforeRequests = 20;
constexpr int kPerSecond = 1;
constexpr int kConnecting = 25;
// Who comes in the hold, all at once, asks for four things, and for four more afterwards.
constexpr int kLaterRequests = 2 * kStreams;

test::RigOptions options_of(const SessionLoad& load, const harness::TempDir& dir,
                            std::uint16_t clear) {
  const std::string all = std::to_string(load.sessions + load.beside + 100);
  test::RigOptions options;
  options.coordinator = true;
  options.processes = load.children;
  options.threads = load.threads;
  options.access_log = false;
  options.load = test::tls_modules();
  options.load.push_back("http2");
  options.vhost = test::tls_lines(dir) + "Protocols h2 http/1.1\n";
  options.server = "AsyncRequestWorkerFactor " + all + "\n" + kServerStatus +
                   "\nListen 127.0.0.1:" + std::to_string(clear) +
                   "\n<VirtualHost 127.0.0.1:" + std::to_string(clear) +
                   ">\nServerName shop.example.com\nCutover shop\n</VirtualHost>";
  options.site =
      "CutoverQuietTimeout 0\nCutoverDrainTimeout 30s\nCutoverHoldTimeout 50s\nCutoverHoldLimit " +
      all + "\n";
  return options;
}

// As the kernel lists them: addresses as ADDRESS:PORT in hexadecimal, 01 for an established one.
std::size_t connections_to(std::uint16_t port) {
  std::ostringstream local;
  local << ':' << std::uppercase << std::hex << std::setw(4) << std::setfill('0') << port;
  std::ifstream list("/proc/net/tcp");
  std::size_t number = 0;
  std::string entry, from, to, state;
  for (std::string line; std::getline(list, line);)
    if (std::istringstream(line) >> entry >> from >> to >> state)
      number += from.ends_with(local.str()) && state == "01" ? 1 : 0;
  return number;
}

Crowd2 crowd_of(const Rig& rig, std::size_t visitors, int requests) {
  Crowd2 crowd;
  crowd.url = "https://127.0.0.1:" + std::to_string(rig.port()) + "/who.txt";
  crowd.visitors = static_cast<int>(visitors);
  crowd.at_once = kStreams;
  crowd.requests = requests;
  return crowd;
}

Crowd2 crowd_before(const Rig& rig, std::size_t visitors) {
  Crowd2 crowd = crowd_of(rig, visitors, kBeforeRequests);
  crowd.per_second = kPerSecond;
  crowd.connecting = std::max(crowd.visitors * kConnecting / 100, 1);
  return crowd;
}

// A site, and one half of its visitors.
struct Visited {
  explicit Visited(const SessionLoad& load)
      : rig(options_of(load, dir, clear)),
        idle(started(rig)),
        before(crowd_before(rig, load.sessions / 2)),
        old_ones(before) {}
  static Usage started(Rig& rig) {
    rig.start();
    await_gate(rig);
    return usage_of(rig.old_host().children());
  }

  const harness::TempDir dir{"sessions"};
  const std::uint16_t clear = harness::free_port();
  Rig rig;
  const Usage idle;
  const Crowd2 before;
  test::H2Load old_ones;
};

// They have connected and asked, and all are still there. On a busy machine httpd is without a
// thread now and then, and closes kept connections: that is before any hold, and no figure.
std::unique_ptr<Visited> all_there(const SessionLoad& load) {
  constexpr int kTries = 4;
  for (int i = 0; i < kTries; ++i) {
    auto site = std::make_unique<Visited>(load);
    std::this_thread::sleep_for(seconds(100 / kConnecting + 1));
    const auto visitors = static_cast<std::size_t>(site->before.visitors);
    await("all served before",
          eventually([&] { return site->rig.counts().served[0] >= 2 * visitors; }));
    if (connections_to(site->rig.port()) == visitors) return site;
  }
  throw std::runtime_error(
      "httpd closes kept connections before there is a hold: the machine is too busy");
}

// Whoever was not answered with 2xx failed, whatever h2load calls it.
void count(SessionFigures& figures, test::H2Load& load, const Crowd2& crowd) {
  const auto asked = static_cast<std::size_t>(crowd.visitors * crowd.requests);
  const test::H2Counts counts = load.counts();
  if (counts.ok < 0) throw std::runtime_error("h2load counted nothing:\n" + counts.said);
  figures.asked += asked;
  figures.failed += asked - std::min(asked, static_cast<std::size_t>(counts.ok));
  if (static_cast<std::size_t>(counts.ok) != asked) std::fprintf(stderr, "%s", counts.said.c_str());
}

// By httpd's own counters, once it is at rest.
void judge_counts(Rig& rig, SessionFigures& figures) {
  await("at rest", eventually([&] {
          const Counts c = rig.counts();
          return c.in_flight == 0 && c.held_now == 0;
        }));
  const Counts c = rig.counts();
  figures.refused = c.shed + c.shed_held + c.timed_out;
  figures.each_has_ended = c.held == c.released + c.timed_out + c.shed_held + c.client_gone;
}

void keep_page(const std::vector<double>& took, double& median, double& longest) {
  const Spread spread = spread_of(took);
  median = spread.median;
  longest = spread.high;
}

}  // namespace

SessionFigures hold_sessions(const SessionLoad& load) {
  const auto site = all_there(load);
  Rig& rig = site->rig;
  const Crowd2 later = crowd_of(rig, load.sessions - load.sessions / 2, kLaterRequests);
  SessionFigures figures;
  DrainedSwitch run(rig, site->clear);
  const auto began = steady_clock::now();
  PageReader in_hold(rig);
  // First those who are there: event closes kept connections where a crowd takes all threads.
  await("all of before held",
        eventually([&] { return rig.counts().held_now >= site->before.visitors; }));
  figures.before_ms = ms_since(began);
  test::H2Load new_ones(later);
  test::Crowd others(site->clear, load.beside, test::get_request("/who.txt"));
  const auto all = static_cast<std::int64_t>(load.sessions + load.beside);
  await("all held", eventually([&] { return rig.counts().held_now >= all; }, seconds(20)));
  figures.all_ms = ms_since(began);
  figures.megabytes = (usage_of(rig.old_host().children()).kilobytes - site->idle.kilobytes) / 1024;
  figures.busy_threads = busy_threads(rig);
  std::this_thread::sleep_until(began + load.hold);
  figures.held = static_cast<std::size_t>(rig.counts().held_now);
  keep_page(in_hold.stop(), figures.page_ms, figures.page_longest_ms);

  PageReader in_release(rig);
  figures.hold_ms = ms_since(began);
  const auto let_go = steady_clock::now();
  run.end_drain();
  others.read(1, seconds(60));
  await("all let go", eventually([&] { return rig.counts().held_now == 0; }, seconds(60)));
  figures.let_go_ms = ms_since(let_go);
  keep_page(in_release.stop(), figures.page_release_ms, figures.page_release_longest_ms);
  run.await_end();

  count(figures, site->old_ones, site->before);
  count(figures, new_ones, later);
  figures.asked += load.beside;
  figures.failed += load.beside - others.count(200, "new");
  judge_counts(rig, figures);
  return figures;
}

}  // namespace cutover::bench
