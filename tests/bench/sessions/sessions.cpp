// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/sessions/sessions.h"

#include "tests/bench/sessions/crowds.h"
#include "tests/bench/turns.h"

namespace cutover::bench {
namespace {

constexpr const char* kWay = "module";
constexpr double kPageMs = 100;  // it comes at once, for a person

struct Size {
  std::size_t sessions;
  std::size_t beside;
};
constexpr Size kSizes[] = {{200, 0}, {2000, 0}, {2000, 10000}};

Load load_of(const Size& size) {
  return {std::to_string(size.sessions) + " HTTP/2, " + std::to_string(size.beside) + " HTTP/1",
          static_cast<double>(size.sessions + size.beside)};
}

void keep(Samples& samples, const Size& size, unsigned round, const SessionFigures& f) {
  const auto add = [&](const char* metric, double value) {
    samples.add(load_of(size), kWay, metric, round, value);
  };
  add("held", static_cast<double>(f.held));
  add("asked", static_cast<double>(f.asked));
  add("failed", static_cast<double>(f.failed));
  add("refused", static_cast<double>(f.refused));
  add("before_held_ms", f.before_ms);
  add("all_held_ms", f.all_ms);
  add("hold_ms", f.hold_ms);
  add("let_go_ms", f.let_go_ms);
  add("memory_mb", f.megabytes);
  add("busy_threads", static_cast<double>(f.busy_threads));
  add("page_ms", f.page_ms);
  add("page_longest_ms", f.page_longest_ms);
  add("page_release_ms", f.page_release_ms);
  add("page_release_longest_ms", f.page_release_longest_ms);
}

Table table_of(const Samples& samples, const char* title,
               const std::vector<std::pair<const char*, const char*>>& columns, int digits) {
  Table table;
  table.title = title;
  table.header = {"visitors"};
  for (const auto& column : columns) table.header.emplace_back(column.first);
  for (const Load& load : samples.loads()) {
    table.rows.push_back({load.setting});
    for (const auto& column : columns)
      table.rows.back().push_back(number(samples.spread(load, kWay, column.second), digits));
  }
  return table;
}

void judge(std::vector<std::string>& broken, const Size& size, const SessionFigures& f) {
  const std::string who = load_of(size).setting + ": ";
  if (f.failed + f.refused != 0)
    broken.push_back(who + std::to_string(f.failed) + " requests failed, and " +
                     std::to_string(f.refused) + " were refused");
  if (!f.each_has_ended) broken.push_back(who + "not each of the held has had one end");
}

// The median of the rounds, since once in many looks a machine has something else to do.
void judge_page(std::vector<std::string>& broken, const Samples& samples) {
  for (const Load& load : samples.loads()) {
    const Spread longest = samples.spread(load, kWay, "page_longest_ms");
    if (longest.median >= kPageMs)
      broken.push_back(load.setting + ": the page took " + number(longest, 0) + " ms in the hold");
  }
}

}  // namespace

Outcome sessions_part(const Options& options) {
  Outcome outcome;
  in_turn(options.rounds, std::size(kSizes), [&](unsigned round, std::size_t i) {
    const Size& size = kSizes[i];
    SessionLoad load;
    load.sessions = size.sessions;
    load.beside = size.beside;
    const SessionFigures f = hold_sessions(load);
    keep(outcome.samples, size, round, f);
    say("round " + std::to_string(round + 1) + ", " + load_of(size).setting + ": " +
        std::to_string(f.held) + " held for " + number(f.hold_ms / 1000, 1) + " s, of " +
        std::to_string(f.asked) + " requests " + std::to_string(f.failed) + " failed, page " +
        number(f.page_longest_ms, 1) + " ms at most");
    judge(outcome.broken, size, f);
  });
  judge_page(outcome.broken, outcome.samples);
  outcome.tables.push_back(
      table_of(outcome.samples, "Held at once in the drain of a switch, medians (least to most)",
               {{"held", "held"},
                {"requests", "asked"},
                {"failed", "failed"},
                {"refused", "refused"},
                {"all there, ms", "all_held_ms"},
                {"hold, ms", "hold_ms"},
                {"all let go, ms", "let_go_ms"},
                {"memory, MB", "memory_mb"}},
               0));
  outcome.tables.push_back(table_of(outcome.samples, "Meanwhile",
                                    {{"threads that wait", "busy_threads"},
                                     {"page, ms", "page_ms"},
                                     {"longest, ms", "page_longest_ms"},
                                     {"at the release, ms", "page_release_ms"},
                                     {"longest, ms", "page_release_longest_ms"}},
                                    1));
  return outcome;
}

}  // namespace cutover::bench
