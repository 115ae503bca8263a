// SPDX-License-Identifier: Apache-2.0
// A module of ours takes the time on both sides of the gate, in the worker itself; the word is
// stored by this program. So the figures know nothing of networks, visitors or hosts.
#include "tests/bench/flip/flip.h"

#include <fstream>
#include <stdexcept>
#include <utility>

#include "tests/bench/flip/passages.h"
#include "tests/bench/turns.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/host_times.h"
#include "tests/httpd/crowd.h"
#include "tests/httpd/rig.h"

namespace cutover::bench {
namespace {

using std::chrono::milliseconds;
using test::Rig;

constexpr unsigned kVisitors = 32;
// Of a child's 25 threads 22 may wait; even if one child gets them all.
constexpr unsigned kHeld = 16;
constexpr unsigned kStores = 60;    // under load, in a round
constexpr unsigned kReleases = 20;  // of the held
constexpr milliseconds kBetween{50};
const Load kLoad{"2 x 25 workers, 32 visitors", 0};

struct Kind {
  const char* name;
  harness::Mpm mpm;
};
constexpr Kind kKinds[] = {{"event", harness::Mpm::kEvent},
                           {"worker", harness::Mpm::kWorker},
                           {"prefork", harness::Mpm::kPrefork}};

test::RigOptions options_of(const Kind& kind) {
  test::RigOptions options;
  options.mpm = kind.mpm;
  options.threads = 25;
  options.access_log = false;
  options.server = "LoadModule probe_module \"" + harness::product("probe.so").string() +
                   "\"\nCustomLog gate.log \"%P %{tid}P %{gate-before}n %{gate-after}n "
                   "%{cutover-side}n\"";
  return options;
}

Store store(Rig& rig, Side side) {
  Store stored;
  stored.side = side;
  stored.begin_ns = harness::monotonic_ns();
  rig.serve(side);
  stored.end_ns = harness::monotonic_ns();
  return stored;
}

// Until this side has served so many more, and for some time at least.
void let_work(Rig& rig, Side side) {
  constexpr std::uint64_t kRequests = 100;
  const auto served = [&] { return rig.counts().served[static_cast<std::size_t>(side)]; };
  const std::uint64_t before = served();
  std::this_thread::sleep_for(kBetween);
  if (!harness::eventually([&] { return served() >= before + kRequests; }))
    throw std::runtime_error("nobody is served any more");
}

// There and back under load, without a hold.
std::vector<Store> flip_under_load(Rig& rig) {
  harness::ProcessOptions load;
  load.argv = {"wrk", "-t1", "-c" + std::to_string(kVisitors), "-d60s",
               "http://127.0.0.1:" + std::to_string(rig.port()) + "/who.txt"};
  load.output = rig.directory() + "/wrk.log";
  harness::Process wrk(load);
  std::vector<Store> stores;
  std::int64_t since = harness::monotonic_ns();
  let_work(rig, Side::kOld);
  for (unsigned i = 0; i < kStores; ++i) {
    const Side side = i % 2 == 0 ? Side::kNew : Side::kOld;
    stores.push_back(store(rig, side));
    let_work(rig, side);
    stores.back().since_ns = std::exchange(since, stores.back().end_ns);
    stores.back().until_ns = harness::monotonic_ns();
  }
  wrk.stop();
  return stores;
}

// From the store to the last of those who were held.
std::vector<Store> release_the_held(Rig& rig) {
  std::vector<Store> stores;
  for (unsigned i = 0; i < kReleases; ++i) {
    rig.hold(AtDeadline::kRefuse);
    test::Crowd crowd(rig.port(), kHeld, test::get_request("/who.txt"));
    if (!rig.eventually_held(kHeld)) throw std::runtime_error("not all are held");
    stores.push_back(store(rig, Side::kNew));
    if (crowd.read(1) != kHeld) throw std::runtime_error("not all were answered with 200");
    stores.back().until_ns = harness::monotonic_ns();
  }
  return stores;
}

std::vector<Passage> passages_of(Rig& rig) {
  std::ifstream log(rig.old_host().directory() / "gate.log");
  return read_passages(log);
}

double last_of_the_held_ms(const std::vector<Passage>& passages, const Store& store) {
  std::size_t through = 0;
  std::int64_t last = 0;
  for (const Passage& p : passages) {
    if (p.after_ns <= store.begin_ns || p.after_ns >= store.until_ns) continue;
    ++through;
    last = std::max(last, p.after_ns);
  }
  if (through != kHeld)
    throw std::runtime_error(std::to_string(through) + " of " + std::to_string(kHeld) +
                             " held requests are in the log");
  return static_cast<double>(last - store.begin_ns) / 1e6;
}

void measure(Outcome& outcome, const Kind& kind, unsigned round) {
  Rig rig(options_of(kind));
  rig.start();
  const std::vector<Store> flips = flip_under_load(rig);
  const std::vector<Store> releases = release_the_held(rig);
  // A request is logged at its end, a moment after its visitor has the answer.
  harness::eventually([&] { return rig.counts().in_flight == 0; });
  std::this_thread::sleep_for(milliseconds(100));
  const std::vector<Passage> passages = passages_of(rig);
  std::vector<double> by_old_word, worker, held;
  std::size_t wrong = 0;
  for (const Store& flip : flips) {
    const Seen s = seen(passages, flip);
    if (s.workers == 0) throw std::runtime_error("no worker was busy at the flip");
    by_old_word.push_back(s.last_by_the_old_word_us);
    worker.push_back(s.last_worker_ms);
    wrong += s.wrong;
  }
  for (const Store& release : releases) held.push_back(last_of_the_held_ms(passages, release));
  const auto add = [&](const char* metric, double value) {
    outcome.samples.add(kLoad, kind.name, metric, round, value);
  };
  add("last_by_the_old_word_us", median(by_old_word));
  add("last_by_the_old_word_us_most", quantile(by_old_word, 1));
  add("last_worker_ms", median(worker));
  add("held_through_ms", median(held));
  add("held_through_ms_most", quantile(held, 1));
  add("wrong", static_cast<double>(wrong));
  if (wrong > 0)
    outcome.broken.push_back(std::string(kind.name) + ": " + std::to_string(wrong) +
                             " requests that came after the store were decided by the old word");
  say("round " + std::to_string(round + 1) + ", " + kind.name + ": last by the old word " +
      number(median(by_old_word), 1) + " us, last worker " + number(median(worker), 1) +
      " ms, 16 held through after " + number(median(held), 1) + " ms");
}

Table table_of(const Samples& samples) {
  Table table;
  table.title =
      "From the store of the word: medians and most of a round's stores (60 under load, 20 of a "
      "hold)";
  table.header = {"httpd",
                  "last by the old word, us",
                  "at most",
                  "last busy worker, ms",
                  "last of 16 held, ms",
                  "at most"};
  for (const Kind& kind : kKinds) {
    table.rows.push_back({kind.name});
    for (const char* metric : {"last_by_the_old_word_us", "last_by_the_old_word_us_most",
                               "last_worker_ms", "held_through_ms", "held_through_ms_most"})
      table.rows.back().push_back(number(samples.spread(kLoad, kind.name, metric), 1));
  }
  table.note =
      "By the workers' clock, right before and right after the gate. Last by the old word:\n"
      "until when a request that was at the gate just then may have been decided by the word\n"
      "before; one that came later never was, or the benchmark fails. Last busy worker: until\n"
      "the last of those that were busy has come again with another request. Last of 16 held:\n"
      "until all were through; with event they are parked, else a thread or process waits.";
  return table;
}

}  // namespace

Outcome flip_part(const Options& options) {
  Outcome outcome;
  in_turn(options.rounds, std::size(kKinds),
          [&](unsigned round, std::size_t i) { measure(outcome, kKinds[i], round); });
  outcome.tables.push_back(table_of(outcome.samples));
  outcome.panels.push_back(bars(outcome.samples, kLoad, "held_through_ms",
                                "The flip: until the last of 16 held is through", "ms"));
  return outcome;
}

}  // namespace cutover::bench
