// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/held/part.h"

#include <algorithm>
#include <chrono>

#include "tests/bench/held/haproxy_queue.h"
#include "tests/bench/held/held.h"
#include "tests/bench/turns.h"

namespace cutover::bench {
namespace {

constexpr std::size_t kHeld[] = {1000, 2000, 5000, 10000};
constexpr std::size_t kMost = 10000;

struct Holder {
  const char* name;
  HeldFigures (*hold)(const HeldLoad& load);
};
constexpr Holder kHolders[] = {{"module", hold_many}, {"haproxy queue", queue_many}};

HeldLoad load_of(std::size_t requests) {
  HeldLoad load;
  load.requests = requests;
  load.hold = std::chrono::seconds(requests == kMost ? 5 : 1);
  return load;
}

void keep(Samples& samples, const Load& load, const char* way, unsigned round,
          const HeldFigures& f) {
  const auto add = [&](const char* metric, double value) {
    samples.add(load, way, metric, round, value);
  };
  add("held", static_cast<double>(f.held));
  add("failed", static_cast<double>(f.failed));
  add("kb_each", f.kilobytes);
  add("descriptors_each", f.descriptors);
  add("cpu_ms", f.cpu_ms);
  add("first_ms", f.first_ms);
  add("median_ms", f.median_ms);
  add("last_ms", f.last_ms);
  if (way != kHolders[0].name) return;
  add("busy_threads", static_cast<double>(f.busy_threads));
  add("page_ms", f.page_ms);
  add("page_longest_ms", f.page_longest_ms);
  add("page_release_ms", f.page_release_ms);
  add("page_release_longest_ms", f.page_release_longest_ms);
}

Table table_of(const Samples& samples) {
  Table table;
  table.title = "Held at once, medians (least to most)";
  table.header = {"held",           "way",       "failed",  "KB each", "descriptors each",
                  "CPU in 1 s, ms", "first, ms", "last, ms"};
  for (const Load& load : samples.loads()) {
    for (const Holder& holder : kHolders) {
      const auto cell = [&](const char* metric, int digits) {
        return number(samples.spread(load, holder.name, metric), digits);
      };
      Spread cpu = samples.spread(load, holder.name, "cpu_ms");
      const double seconds =
          std::chrono::duration<double>(load_of(static_cast<std::size_t>(load.x)).hold).count();
      for (double* value : {&cpu.median, &cpu.low, &cpu.high}) *value /= seconds;
      table.rows.push_back({number(load.x, 0), holder.name, cell("failed", 0), cell("kb_each", 1),
                            cell("descriptors_each", 2), number(cpu, 1), cell("first_ms", 1),
                            cell("last_ms", 0)});
    }
  }
  table.note =
      "First, last: answers after the word to let go, as the visitors see them. Both pass on\n"
      "to the same httpd (2 x 64 threads): the module with 2 x 25, HAProxy with maxconn 50.";
  return table;
}

// What else is to go on meanwhile.
Table meanwhile(const Samples& samples) {
  Table table;
  table.title = "Meanwhile, with the module";
  table.header = {"held",        "threads that wait",  "page, ms",
                  "longest, ms", "at the release, ms", "longest, ms"};
  for (const Load& load : samples.loads()) {
    std::vector<std::string> row = {number(load.x, 0)};
    row.push_back(number(samples.spread(load, kHolders[0].name, "busy_threads"), 0));
    for (const char* metric :
         {"page_ms", "page_longest_ms", "page_release_ms", "page_release_longest_ms"})
      row.push_back(number(samples.spread(load, kHolders[0].name, metric), 1));
    table.rows.push_back(row);
  }
  table.note =
      "Page: what the status page takes while they are held; at the release: until the last\n"
      "has its answer.";
  return table;
}

}  // namespace

Outcome held_part(const Options& options) {
  Outcome outcome;
  constexpr std::size_t kWays = std::size(kHolders);
  std::size_t fewest = kMost;
  std::size_t failed = 0;
  in_turn(options.rounds, std::size(kHeld) * kWays, [&](unsigned round, std::size_t i) {
    const std::size_t requests = kHeld[i / kWays];
    const Holder& holder = kHolders[i % kWays];
    const HeldFigures f = holder.hold(load_of(requests));
    keep(outcome.samples, {"", static_cast<double>(requests)}, holder.name, round, f);
    say("round " + std::to_string(round + 1) + ", " + holder.name + ": " + std::to_string(f.held) +
        " held, " + std::to_string(f.failed) + " failed, last answer after " +
        number(f.last_ms, 0) + " ms");
    if (i % kWays != 0) return;
    failed += f.failed;
    if (requests == kMost) fewest = std::min(fewest, f.held);
    if (f.failed > 0 || f.held != requests)
      outcome.broken.push_back(std::to_string(f.held) + " of " + std::to_string(requests) +
                               " were held, and " + std::to_string(f.failed) + " failed");
  });
  outcome.tables.push_back(table_of(outcome.samples));
  outcome.tables.push_back(meanwhile(outcome.samples));
  outcome.panels.push_back(
      lines(outcome.samples, "", "kb_each", "Held: memory of each", "held at once", "KB"));
  Panel last = lines(outcome.samples, "", "last_ms", "Held: last answer after the word",
                     "held at once", "ms");
  last.log_y = true;
  outcome.panels.push_back(last);
  outcome.last["held"] = std::to_string(fewest);
  outcome.last["held_failed"] = std::to_string(failed);
  return outcome;
}

}  // namespace cutover::bench
