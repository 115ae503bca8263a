// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/release/release.h"

#include <string>
#include <vector>

#include "tests/bench/turns.h"
#include "tests/httpd/queued_release.h"

namespace cutover::bench {
namespace {

constexpr std::size_t kHeld[] = {50, 200, 1000};

// All loads of one kind of host have a row together.
struct Way {
  int workers;
  bool busy;
  unsigned children;
  bool post;
  bool mixed = false;  // slow answers among quick ones

  std::string host() const { return std::to_string(workers) + (busy ? ", busy" : ""); }
  std::string name() const {
    return host() + ", " + std::to_string(children) + (post ? ", POST" : ", GET") +
           (mixed ? ", mixed" : "");
  }
};

std::vector<Way> ways() {
  std::vector<Way> all;
  for (const int workers : {5, 25, 150})
    for (const bool busy : {false, true})
      for (const unsigned children : {1U, 16U})
        for (const bool post : {false, true}) all.push_back({workers, busy, children, post});
  for (const int workers : {5, 25, 150})
    for (const bool busy : {false, true}) all.push_back({workers, busy, 16, true, true});
  return all;
}

test::QueuedLoad load_of(const Way& way, std::size_t held) {
  test::QueuedLoad load;
  load.held = held;
  load.children = way.children;
  load.workers = way.workers;
  load.busy = way.busy;
  load.post = way.post;
  load.each = std::chrono::milliseconds(way.mixed ? 20 : 50);
  load.one_slow_in = way.mixed ? 20 : 0;
  load.slow = std::chrono::milliseconds(way.mixed ? 400 : 0);
  return load;
}

Table table_of(const Samples& samples) {
  Table table;
  table.title =
      "Let go to a host with a queue of 100; each answer takes 50 ms, of mixed ones 20 or 400";
  table.header = {"workers", "children", "method",   "held",    "failed",
                  "refused", "at once",  "last, ms", "best, ms"};
  for (const Load& load : samples.loads())
    for (const Way& way : ways()) {
      const auto cell = [&](const char* metric) {
        return number(samples.spread(load, way.name(), metric), 0);
      };
      table.rows.push_back({way.host(), std::to_string(way.children),
                            std::string(way.post ? "POST" : "GET") + (way.mixed ? ", mixed" : ""),
                            number(load.x, 0), cell("failed"), cell("refused"), cell("at_once"),
                            cell("last_ms"), cell("best_ms")});
    }
  table.note =
      "Busy: others keep half of the workers busy. Refused: by the host's queue, of the others,\n"
      "too. At once: in workers and queue. Mixed: one in twenty takes 400 ms. Best: one answer's "
      "time\n"
      "(of mixed ones the longest), or held / the rate of the free workers, whichever is longer.";
  return table;
}

}  // namespace

Outcome release_part(const Options& options) {
  Outcome outcome;
  const std::vector<Way> all = ways();
  in_turn(options.rounds, std::size(kHeld) * all.size(), [&](unsigned round, std::size_t i) {
    const Way& way = all[i % all.size()];
    const std::size_t held = kHeld[i / all.size()];
    const test::QueuedFigures f = test::release_to_queue(load_of(way, held));
    const auto add = [&](const char* metric, double value) {
      outcome.samples.add({"", static_cast<double>(held)}, way.name(), metric, round, value);
    };
    add("failed", static_cast<double>(f.failed));
    add("refused", f.refused);
    add("at_once", f.most_inside);
    add("last_ms", f.last_ms);
    add("best_ms", f.best_ms);
    say("round " + std::to_string(round + 1) + ", " + way.name() + ": " + std::to_string(held) +
        " held, " + std::to_string(f.failed) + " failed, last answer after " +
        number(f.last_ms, 0) + " ms");
    if (f.failed > 0 || f.held != held)
      outcome.broken.push_back(way.name() + ": " + std::to_string(f.held) + " of " +
                               std::to_string(held) + " were held, and " +
                               std::to_string(f.failed) + " failed");
  });
  outcome.tables.push_back(table_of(outcome.samples));
  return outcome;
}

}  // namespace cutover::bench
