// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/cutover/cutover.h"

#include <chrono>
#include <cmath>
#include <stdexcept>
#include <thread>

#include "tests/bench/cutover/closed_loop.h"
#include "tests/bench/cutover/ways.h"
#include "tests/bench/turns.h"
#include "tests/harness/interrupt.h"

namespace cutover::bench {
namespace {

constexpr unsigned kVisitors = 32;
constexpr std::chrono::milliseconds kBefore{2000};
constexpr std::chrono::milliseconds kAfter{3000};
const Load kMix{"32 visitors, 5 % slow, 20 % POST", 0};

MoveFigures move_once(const Way& way) try {
  Hosts hosts;
  const std::unique_ptr<Move> move = way.make_ready(hosts);
  ClosedLoop visitors(move->port(), kVisitors);
  harness::sleep_or_interrupt(kBefore);
  const std::int64_t flip_ns = harness::monotonic_ns();
  move->flip();
  harness::sleep_or_interrupt(kAfter);
  return figures_of(visitors.stop(), hosts.by_old(), hosts.by_new(), flip_ns);
} catch (const harness::Interrupted&) {
  throw;
} catch (const std::exception& error) {
  throw std::runtime_error(std::string(way.name) + ": " + error.what());
}

void keep(Samples& samples, const std::string& way, unsigned round, const MoveFigures& f) {
  samples.add(kMix, way, "failed", round, f.failed);
  samples.add(kMix, way, "posts_cut", round, f.posts_cut);
  samples.add(kMix, way, "overlap_ms", round, f.overlap_ms);
  samples.add(kMix, way, "silence_ms", round, f.silence_ms);
  samples.add(kMix, way, "longest_wait_ms", round, f.longest_wait_ms);
  samples.add(kMix, way, "longest_quick_ms", round, f.longest_quick_ms);
  samples.add(kMix, way, "longest_slow_ms", round, f.longest_slow_ms);
  samples.add(kMix, way, "p99_ms", round, f.p99_ms);
}

Table table_of(const Samples& samples) {
  Table table;
  table.title = "The move, with 32 visitors, of whose requests 5 % take 400 ms and 20 % are POSTs";
  table.header = {"way",           "failed",
                  "POSTs cut off", "both at once, ms",
                  "silence, ms",   "longest wait: quick page, ms",
                  "slow page, ms", "p99, ms"};
  for (const Way& way : all_ways()) {
    std::vector<std::string> row = {way.name};
    for (const char* metric : {"failed", "posts_cut", "overlap_ms", "silence_ms",
                               "longest_quick_ms", "longest_slow_ms", "p99_ms"})
      row.push_back(number(samples.spread(kMix, way.name, metric), 0));
    table.rows.push_back(row);
  }
  table.note =
      "Both at once: by the hosts' own clock, last end on old minus first begin on new.\n"
      "Below 0 they never were. Silence: the longest time without an answer, but for those\n"
      "in which a host was working all the while on a request that it then answered.";
  return table;
}

}  // namespace

Outcome cutover_part(const Options& options) {
  Outcome outcome;
  const std::vector<Way>& ways = all_ways();
  in_turn(options.rounds, ways.size(), [&](unsigned round, std::size_t i) {
    const MoveFigures f = move_once(ways[i]);
    keep(outcome.samples, ways[i].name, round, f);
    say("round " + std::to_string(round + 1) + ", " + ways[i].name + ": " + number(f.failed, 0) +
        " failed, both at once " + number(f.overlap_ms, 1) + " ms, silence " +
        number(f.silence_ms, 1) + " ms, longest wait for a quick page " +
        number(f.longest_quick_ms, 0) + " ms, for a slow one " + number(f.longest_slow_ms, 0) +
        " ms");
    if (i <= 1 && (f.failed > 0 || f.overlap_ms > 0))
      outcome.broken.push_back("round " + std::to_string(round + 1) + ": " + number(f.failed, 0) +
                               " requests failed, overlap " + number(f.overlap_ms, 1) + " ms");
  });
  outcome.tables.push_back(table_of(outcome.samples));
  Panel silence = bars(outcome.samples, kMix, "silence_ms", "The move: longest silence", "ms");
  silence.log_y = true;
  outcome.panels.push_back(silence);
  outcome.panels.push_back(
      bars(outcome.samples, kMix, "overlap_ms", "The move: both hosts at once", "ms"));
  const double pause = outcome.samples.spread(kMix, "module", "silence_ms").median;
  outcome.last["pause_ms"] = number(std::ceil(pause), 0);
  return outcome;
}

}  // namespace cutover::bench
