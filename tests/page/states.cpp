// SPDX-License-Identifier: Apache-2.0
#include "tests/page/states.h"

#include <algorithm>
#include <functional>

#include "shared/protocol/word.h"

namespace cutover::page {
namespace {

using Change = std::function<void(Snapshot&)>;

// What somebody would put into a page who could: markup, escapes of a terminal, marks that turn
// text around, line ends, and letters of every length in UTF-8.
const std::string kHostile =
    "</p><script>alert(1)</script>&amp;\"'` \x1b[2J\x7f\n\t\xc2\x85 \xe2\x80\xae turned "
    "\xe2\x80\xa8 \xd8\x9c \xef\xbb\xbf \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \xff end";

constexpr const char* kStarted = "2026-02-03T04:05:06.789Z";

Snapshot at_rest(const char* side) {
  Snapshot s;
  s.site = "shop";
  s.side = side;
  s.phase = "serving";
  s.epoch = 12;
  s.databases = true;
  s.lag_ms = 1.5;
  s.gate.open = true;
  s.counts.in_flight = 3;
  s.counts.served = {1234, 56};
  if (s.side == "new") s.way_back = WayBack{true, {}};
  return s;
}

State old_serves(std::string name, const Change& change) {
  State state{std::move(name), at_rest("old")};
  change(state.site);
  return state;
}

State new_serves(std::string name, const Change& change) {
  State state{std::move(name), at_rest("new")};
  change(state.site);
  return state;
}

LastRun run(Direction direction, const char* outcome, const char* reason) {
  LastRun run;
  run.direction = direction;
  run.outcome = outcome;
  run.reason = reason;
  run.started = kStarted;
  run.duration_ms = 412.25;
  run.pause_ms = 90.75;
  run.phases = {{"checking", 20}, {"draining", 300.5, 12}, {"fencing", 0.01, 13}};
  run.held_max = 13;
  run.timed_out = 2;
  run.shed = 1;
  return run;
}

LastRun rehearsal(double draining) {
  LastRun one = run(Direction::kSwitch, "done", "");
  one.rehearsal = true;
  one.phases = {{"draining", draining}, {"rehearsing", 2.25}};
  return one;
}

Progress under_way(std::vector<PhaseTime> phases, bool abortable, bool rehearsal = false) {
  return {kStarted, 1234.5, abortable, rehearsal, std::move(phases)};
}

void rest(std::vector<State>& all) {
  all.push_back(old_serves("old serves", [](Snapshot&) {}));
  all.push_back(new_serves("new serves", [](Snapshot&) {}));
  all.push_back(old_serves("no databases", [](Snapshot& s) {
    s.databases = false;
    s.lag_ms.reset();
  }));
  all.push_back(old_serves("the gate is closed for reasons", [](Snapshot& s) {
    s.gate = {false, {"the replica does not apply", kHostile, ""}};
  }));
  all.push_back(old_serves("the gate is closed for no reason", [](Snapshot& s) { s.gate = {}; }));
  all.push_back(old_serves("the lag is unknown", [](Snapshot& s) { s.lag_ms.reset(); }));
  all.push_back(new_serves("no way back", [](Snapshot& s) {
    s.way_back = WayBack{false, {"no link back yet", kHostile}};
  }));
  all.push_back(new_serves("completed", [](Snapshot& s) { s.completed = kStarted; }));
  all.push_back(new_serves("the way back is not known", [](Snapshot& s) { s.way_back.reset(); }));
  all.push_back(old_serves("in doubt", [](Snapshot& s) {
    s.side = "none";
    s.phase = "in-doubt";
    s.doubt = "both databases took writes " + kHostile;
    s.gate = {false, {"in doubt"}};
  }));
  all.push_back(old_serves("in doubt without databases", [](Snapshot& s) {
    s.databases = false;
    s.doubt = "no journal";
  }));
  all.push_back(old_serves("counts that do not add up", [](Snapshot& s) { s.counts.held = 9; }));
  all.push_back(new_serves("held requests wait for their turn", [](Snapshot& s) {
    s.counts.held = 130;
    s.counts.held_now = s.counts.releasing = 120;
    s.counts.released = 10;
    s.counts.release_window = 64;
  }));
  all.push_back(old_serves("armed", [](Snapshot& s) {
    s.armed = Armed{Direction::kSwitch,
                    "root " + kHostile,
                    kStarted,
                    kStarted,
                    true,
                    "the gate: " + kHostile,
                    61'000};
  }));
  all.push_back(new_serves("disarmed", [](Snapshot& s) {
    s.disarmed = Disarmed{Direction::kRollback, kStarted, "its time is over " + kHostile};
  }));
}

void runs_under_way(std::vector<State>& all) {
  const std::vector<PhaseTime> phases = {{"draining", 300.25, 5},
                                         {"fencing", 2},
                                         {"catching-up", 59'990},
                                         {"promoting", 999.94},
                                         {"releasing", 0}};
  for (const Direction direction : {Direction::kSwitch, Direction::kRollback})
    for (std::size_t i = 0; i <= phases.size(); ++i) {
      State s{std::string(name(direction)) + ": " + (i == 0 ? "checking" : phases[i - 1].name),
              at_rest(direction == Direction::kSwitch ? "old" : "new")};
      s.site.direction = direction;
      s.site.phase = i == 0 ? "serving" : phases[i - 1].name;
      s.site.progress = under_way({phases.begin(), phases.begin() + static_cast<long>(i)}, i < 4);
      if (i > 0 && i < 5) s.site.side = "none";
      s.site.counts.held_now = static_cast<std::int64_t>(7 * i);
      all.push_back(std::move(s));
    }
  for (const char* phase : {"serving", "draining", "rehearsing"})
    all.push_back(old_serves(std::string("rehearsal: ") + phase, [&](Snapshot& s) {
      s.direction = Direction::kSwitch;
      s.phase = phase;
      std::vector<PhaseTime> been;
      if (s.phase != "serving") been.push_back({"draining", 12});
      if (s.phase == "rehearsing") been.push_back({"rehearsing", 0.05});
      s.progress = under_way(std::move(been), true, true);
    }));
  all.push_back(old_serves("a switch with a proof", [](Snapshot& s) {
    s.direction = Direction::kSwitch;
    s.phase = "proving";
    s.forecast = Forecast{4, 2, 10, "rehearsed", true};
    s.forecast->proof_ms = 100;
    s.progress = under_way({{"draining", 4}, {"promoting", 1}, {"proving", 30}}, true);
  }));
  all.push_back(old_serves("a run of which nothing is told", [](Snapshot& s) {
    s.direction = Direction::kSwitch;
    s.phase = "draining";
  }));
}

void last_runs(std::vector<State>& all) {
  const auto last = [&](const char* name, const Change& change) {
    all.push_back(new_serves(name, change));
  };
  last("the last run is done", [](Snapshot& s) { s.last = run(Direction::kSwitch, "done", ""); });
  last("refused", [](Snapshot& s) {
    s.last = run(Direction::kRollback, "refused", "lag: 9 s");
    s.last->phases.clear();
  });
  last("aborted", [](Snapshot& s) {
    s.last = run(Direction::kRollback, "aborted", kHostile.c_str());
    s.last->slowest = {{"GET /reports", 3000}};
  });
  last("done with loss", [](Snapshot& s) {
    s.last = run(Direction::kRollback, "done", "");
    s.last->lost = "0-1-17";
  });
  last("with stragglers", [](Snapshot& s) {
    s.last = run(Direction::kSwitch, "done", "");
    s.last->left_behind = 3;
    s.last->slowest = {{"GET /cable", 60000}};
  });
  last("begun at no moment", [](Snapshot& s) {
    s.last = run(Direction::kSwitch, "done", "");
    s.last->started = "in the evening at Ten o'clock, by this host's Z";
  });
  last("phases that are longer than the run", [](Snapshot& s) {
    s.last = run(Direction::kSwitch, "done", "");
    s.last->duration_ms = 0;
    s.last->phases = {{"draining", 8, 0}, {"fencing", 0}, {"releasing", 120'000}, {"<b>", 1}};
  });
}

void next_runs(std::vector<State>& all) {
  const auto next = [&](const char* name, const Change& change) {
    all.push_back(old_serves(name, change));
  };
  next("a forecast that fits", [](Snapshot& s) {
    s.forecast = Forecast{9000, 900, 100, "rehearsed", true};
  });
  next("a forecast that does not", [](Snapshot& s) {
    s.forecast = Forecast{9000, 900, 100.5, "GET /" + kHostile, false};
  });
  next("one of nothing slow", [](Snapshot& s) { s.forecast = Forecast{}; });
  next("one slow path", [](Snapshot& s) { s.slow = {{"GET /reports", 412.5}}; });
  next("slow paths", [](Snapshot& s) {
    s.slow = {{"GET /a", 1.49}, {"GET /" + kHostile, 0.5}, {"c", 2}, {"d", 1}, {"e", 0}};
  });
  next("rehearsed", [](Snapshot& s) { s.rehearsal = rehearsal(400); });
  next("rehearsed with somebody slow", [](Snapshot& s) {
    s.rehearsal = rehearsal(999.96);
    s.rehearsal->slowest = {{"GET /reports", 412}};
  });
  next("rehearsed with stragglers", [](Snapshot& s) {
    s.rehearsal = rehearsal(59'960);
    s.rehearsal->slowest = {{"GET /cable", 60'000}, {"GET /poll", 30'000}};
    s.rehearsal->left_behind = 2;
  });
  next("rehearsed with stragglers that were not seen", [](Snapshot& s) {
    s.rehearsal = rehearsal(3);
    s.rehearsal->left_behind = 1;
  });
  next("rehearsed with a WebSocket", [](Snapshot& s) {
    s.rehearsal = rehearsal(3);
    s.rehearsal->closed = 1;
  });
  next("rehearsed with WebSockets and somebody slow", [](Snapshot& s) {
    s.rehearsal = rehearsal(3);
    s.rehearsal->slowest = {{"GET /reports", 412}};
    s.rehearsal->closed = 2;
  });
  next("a rehearsal that was aborted", [](Snapshot& s) {
    s.rehearsal = rehearsal(180'000);
    s.rehearsal->outcome = "aborted";
    s.rehearsal->reason = "3 still in flight " + kHostile;
    s.rehearsal->phases.clear();
  });
}

void strays(std::vector<State>& all, std::int64_t hour) {
  all.push_back(new_serves("nobody strays", [](Snapshot& s) {
    s.strays = StrayReport{"nobody came by this host for 24 hours", 0, 0, {}, {}, {}, {}};
  }));
  all.push_back(new_serves("strays", [&](Snapshot& s) {
    s.strays = StrayReport{"12 requests " + kHostile, 12, 2.25, 7.5, {}, {}, {}};
    s.strays->hosts = {{"b.example", 4}, {"a.example", 4}, {"10", 1}, {"9", 3}, {kHostile, 8}};
    s.strays->networks = {{"198.51.100.0/24", 9}, {"2001:db8::/48", 3}};
    s.strays->hours = {{hour - 48, 500, 9}, {hour - 47, 1, 1}, {hour - 5, 0, 0},
                       {hour - 3, 160, 3},  {hour, 400, 2},    {hour + 9, 700, 1}};
  }));
}

void figures_of_now(std::vector<State>& all) {
  // Ties (x.25), and where a format ends and the next begins.
  for (const double ms : {0.0,      0.04,     0.05,     0.25,      2.25,      2.75,       412.0,
                          999.94,   999.95,   999.999,  1000.0,    1250.0,    2250.0,     59'949.0,
                          59'990.0, 59'999.9, 60'000.0, 180'000.0, 199'999.9, 7'200'000.0}) {
    State s = old_serves("lag of " + std::to_string(ms), [&](Snapshot& site) { site.lag_ms = ms; });
    s.newest = HistorySample{1, ms, ms, ms / 3, 0, 0};
    all.push_back(std::move(s));
  }
  all.push_back(new_serves("large counts", [](Snapshot& s) {
    s.epoch = 1ULL << 52;
    s.counts.served = {9'007'199'254'740'991ULL, 4'000'000'000ULL};
    s.counts.in_flight = 65'536;
  }));
}

void without_a_coordinator(std::vector<State>& all) {
  SiteControl control{};
  const std::string_view site = "shop";
  std::copy(site.begin(), site.end(), control.name.begin());
  Counts counts;
  counts.in_flight = 2;
  for (const Word word : {serving(Side::kOld, 4), serving(Side::kNew, 5), sealed(6)}) {
    control.word.store(encode(word));
    State s{"no coordinator, " + std::string(name(word.mode)), from_memory(control, counts), false};
    s.site.gate.reasons.push_back("no answer " + kHostile);
    s.newest = HistorySample{1, 2.0, 3, 4, 0, 0};  // of a time when there was one
    all.push_back(std::move(s));
  }
}

}  // namespace

std::vector<State> states(std::int64_t hour) {
  std::vector<State> all;
  rest(all);
  runs_under_way(all);
  last_runs(all);
  next_runs(all);
  strays(all, hour);
  figures_of_now(all);
  without_a_coordinator(all);
  return all;
}

}  // namespace cutover::page
