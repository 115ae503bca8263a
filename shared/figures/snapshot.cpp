// SPDX-License-Identifier: Apache-2.0
#include "shared/figures/snapshot.h"

#include <algorithm>
#include <cmath>

#include "shared/figures/forecast.h"
#include "shared/words/phrases.h"

namespace cutover {
namespace {

double number(std::uint64_t n) { return static_cast<double>(n); }
double number(std::int64_t n) { return static_cast<double>(n); }

double serves_new(const Snapshot& s) { return s.side == "new" ? 1 : 0; }
double gate_open(const Snapshot& s) { return s.gate.open ? 1 : 0; }
double way_back(const Snapshot& s) { return s.way_back && s.way_back->possible ? 1 : 0; }
double in_doubt(const Snapshot& s) { return s.doubt.empty() ? 0 : 1; }
double completed(const Snapshot& s) { return s.completed.empty() ? 0 : 1; }
double lag_ms(const Snapshot& s) { return s.lag_ms.value_or(std::nan("")); }
double strays_requests(const Snapshot& s) {
  return s.strays ? number(s.strays->requests_day) : std::nan("");
}
double strays_networks(const Snapshot& s) {
  return s.strays ? s.strays->networks_day : std::nan("");
}
double held(const Snapshot& s) { return number(s.counts.held); }
double armed(const Snapshot& s) { return s.armed ? 1 : 0; }
double armed_left_ms(const Snapshot& s) { return s.armed ? s.armed->left_ms : 0; }

std::string describe(const LastRun& run) {
  std::string text = run.rehearsal ? "  rehearsal of a " : "  last      ";
  text += std::string(name(run.direction)) + " " + run.outcome + ", started " + run.started +
          ", took " + one_decimal(run.duration_ms) + " ms";
  if (run.pause_ms > 0) text += ", pause " + one_decimal(run.pause_ms) + " ms";
  text += "\n";
  if (!run.reason.empty()) text += "            " + run.reason + "\n";
  for (const PhaseTime& phase : run.phases)
    text += "            " + phase.name + " " + one_decimal(phase.ms) + " ms\n";
  return text;
}

}  // namespace

std::string described(const std::vector<SlowRequest>& requests, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < std::min(most, requests.size()); ++i)
    text += (i == 0 ? "" : ", ") + requests[i].what + " (" +
            std::to_string(std::llround(requests[i].ms)) + " ms)";
  if (requests.size() > most) text += " and " + std::to_string(requests.size() - most) + " more";
  return text;
}

namespace {

std::string requests_waited_for(const LastRun& run) {
  const std::string whom = described(run.slowest);
  if (run.left_behind == 0) return whom;
  const std::string number = std::to_string(run.left_behind);
  if (!whom.empty())
    return whom + "; " + number + (run.rehearsal ? " would be" : "") + " left behind, and closed";
  const bool one = run.left_behind == 1;
  return number + (one ? " request that " : " requests that ") +
         (run.rehearsal ? "would be"
          : one         ? "was"
                        : "were") +
         " left behind, and closed";
}

std::string busy_sessions(const LastRun& run) {
  constexpr std::size_t kTold = 3;
  if (run.busy.empty()) return {};
  std::string text = "still connected to the database after their answers: ";
  for (std::size_t i = 0; i < std::min(kTold, run.busy.size()); ++i)
    text += (i == 0 ? "" : ", ") + run.busy[i];
  if (run.busy.size() > kTold) text += " and " + std::to_string(run.busy.size() - kTold) + " more";
  return text;
}

}  // namespace

std::string waited_for(const LastRun& run) {
  const std::string requests = requests_waited_for(run);
  const std::string sessions = busy_sessions(run);
  return requests + (requests.empty() || sessions.empty() ? "" : "; ") + sessions;
}

std::string closed_ones(const LastRun& run) {
  const std::int64_t all = run.closed + run.left_open;
  if (all == 0) return {};
  std::string text = std::to_string(all) +
                     (all == 1 ? " connection that never ends " : " connections that never end ");
  text += run.rehearsal ? "would be closed" : all == 1 ? "was closed" : "were closed";
  if (run.left_open > 0)
    text += ", and the requests of " + std::to_string(run.left_open) + " went on for longer";
  return text;
}

std::string described(const Armed& armed) {
  return std::string(name(armed.direction)) + " from " + armed.from + " on, until " + armed.until +
         (armed.quiet ? ", in a quiet moment" : "") + "; by " + armed.by;
}

std::string described(const Disarmed& disarmed) {
  return disarmed.at + ", the " + std::string(name(disarmed.direction)) +
         " that was to go by itself: " + disarmed.why;
}

bool balanced(const Counts& c) {
  const std::uint64_t ended = c.released + c.timed_out + c.shed_held + c.client_gone;
  return c.held == ended + static_cast<std::uint64_t>(c.held_now);
}

Snapshot from_memory(const SiteControl& control, const Counts& counts) {
  const Word word = decode(control.word.load());
  Snapshot s;
  s.site = control.name.data();
  s.side = word.mode == Mode::kHold ? "none" : std::string(name(word.mode));
  s.phase = word.mode == Mode::kHold ? "held" : "serving";
  s.epoch = word.epoch;
  s.counts = counts;
  s.gate = {false, {"no coordinator answers: nothing can be switched until it is back"}};
  return s;
}

const std::vector<Figure>& figures() {
  static const std::vector<Figure> kFigures = {
      {"serves_new", "new serves", "serves_new", "1 when the new host serves, 0 when the old does",
       false, serves_new},
      {"gate_open", "gate open", "gate_open", "1 when the databases are ready for a switch", false,
       gate_open},
      {"way_back", "way back possible", "way_back_possible",
       "1 when new serves and a rollback would be accepted now", false, way_back},
      {"in_doubt", "in doubt", "in_doubt", "1 when a person must look", false, in_doubt},
      {"completed", "completed", "completed",
       "1 when the move is over: new serves for good, and nothing leads back", false, completed},
      {"armed", "armed", "armed", "1 when a switch or rollback is to go by itself", false, armed},
      {"armed_left_ms", "armed for (ms)", "armed_left_seconds",
       "until it will not go by itself any more; 0 when none is armed", false, armed_left_ms, 1000},
      {"lag_ms", "replication lag (ms)", "replication_lag_seconds",
       "age of the oldest change that the replica lacks; NaN when unknown", false, lag_ms, 1000},
      {"in_flight", "in flight", "requests_in_flight", "requests being served", false,
       [](const Snapshot& s) { return number(s.counts.in_flight); }},
      {"endless", "never ending", "requests_endless",
       "open WebSockets and streams, which no drain waits for", false,
       [](const Snapshot& s) { return number(s.counts.endless); }},
      {"held_now", "held now", "requests_held_now", "requests that wait for a side", false,
       [](const Snapshot& s) { return number(s.counts.held_now); }},
      {"releasing", "waiting for their turn", "requests_releasing",
       "held requests whose side is decided and whose turn has not come", false,
       [](const Snapshot& s) { return number(s.counts.releasing); }},
      {"release_window", "release window", "release_window",
       "how many of them may be under way at once, in all children; 0 when none waits", false,
       [](const Snapshot& s) { return number(s.counts.release_window); }},
      {"old", "requests to old", "requests_old_total", "requests served by the old host", true,
       [](const Snapshot& s) { return number(s.counts.served[0]); }},
      {"new", "requests to new", "requests_new_total", "requests sent to the new host", true,
       [](const Snapshot& s) { return number(s.counts.served[1]); }},
      {"held", "held", "requests_held_total", "requests that were ever held", true, held},
      {"released", "released", "requests_released_total", "held requests that went on to a side",
       true, [](const Snapshot& s) { return number(s.counts.released); }},
      {"timed_out", "timed out", "requests_timed_out_total", "held requests answered 503 at last",
       true, [](const Snapshot& s) { return number(s.counts.timed_out); }},
      {"shed_held", "shed while held", "requests_shed_held_total",
       "held requests answered 503 for lack of means", true,
       [](const Snapshot& s) { return number(s.counts.shed_held); }},
      {"client_gone", "client gone", "requests_client_gone_total",
       "held requests whose client left", true,
       [](const Snapshot& s) { return number(s.counts.client_gone); }},
      {"shed", "shed", "requests_shed_total", "requests refused: too many were held", true,
       [](const Snapshot& s) { return number(s.counts.shed); }},
      {"self_calls", "self-calls let through", "requests_self_calls_total",
       "requests of the site's own, let through while it was drained", true,
       [](const Snapshot& s) { return number(s.counts.self_calls); }},
      {"strays_requests", "by the old host in 24 h: requests", "strays_requests_day",
       "requests of the last 24 hours that came by the old host while new serves; NaN while old "
       "does",
       false, strays_requests},
      {"strays_networks", "by the old host in 24 h: networks", "strays_networks_day",
       "client networks (/24, /48) that they came from, estimated; NaN while old serves", false,
       strays_networks},
      {"epoch", "epoch", "epoch", "how often the word was stored since the boot", false,
       [](const Snapshot& s) { return number(s.epoch); }},
  };
  return kFigures;
}

std::vector<std::string> questions(const Snapshot& s) {
  if (s.doubt.empty()) return {};
  std::vector<std::string> all;
  if (s.databases) {
    all.emplace_back(
        "Which database has what the other lacks? On both: SELECT @@read_only, @@gtid_binlog_pos "
        "(MySQL: SELECT @@super_read_only, @@gtid_executed)");
    all.emplace_back(
        "What are those writes, and do they matter? mariadb-binlog (mysqlbinlog) on the server "
        "that has them; take over by hand what matters");
  }
  all.push_back("Which side is to serve? cutoverctl resolve " + s.site +
                " old, or new; with --other-is-down where the other database is off and stays off");
  return all;
}

std::string render_text(const Snapshot& s) {
  std::string text = s.site + ": ";
  text += s.side == "none" ? "requests are held" : s.side + " serves";
  if (!s.completed.empty()) text += " for good, completed " + s.completed;
  text += s.phase == "serving" ? "\n" : ", " + s.phase + "\n";
  if (!s.doubt.empty()) text += "  IN DOUBT  " + s.doubt + "\n";
  int number = 0;
  for (const std::string& question : questions(s))
    text += "         " + std::to_string(++number) + ". " + question + "\n";
  if (s.armed)
    text += "  armed     " + described(*s.armed) + "\n            waits for " + s.armed->waits_for +
            "\n            `cutoverctl abort " + s.site + "` disarms it\n";
  if (s.disarmed) text += "  disarmed  " + described(*s.disarmed) + "\n";
  text += "  gate      " + std::string(s.gate.open ? "open" : "closed") + "\n";
  if (!s.way_back)  // whose reasons they are
    for (const std::string& reason : s.gate.reasons) text += "            " + reason + "\n";
  if (s.databases)
    text += "  lag       " + (s.lag_ms ? one_decimal(*s.lag_ms) + " ms" : "unknown") + "\n";
  if (s.way_back) {
    text += "  way back  " + std::string(s.way_back->possible ? "possible now" : "NOT now") + "\n";
    for (const std::string& reason : s.way_back->reasons) text += "            " + reason + "\n";
  }
  for (const std::string& note : s.gate.notes) text += "  note      " + note + "\n";
  text += "  requests  old " + std::to_string(s.counts.served[0]) + ", new " +
          std::to_string(s.counts.served[1]) + ", in flight " + std::to_string(s.counts.in_flight) +
          ", held " + std::to_string(s.counts.held_now) + "\n";
  if (s.counts.releasing != 0)
    text += "  release   " + std::to_string(s.counts.releasing) + " wait for their turn, " +
            std::to_string(s.counts.release_window) + " may be under way at once\n";
  if (s.strays) text += "  old host  " + s.strays->verdict + "\n";
  if (s.forecast)
    text += "  forecast  the next run would hold visitors for " + described(*s.forecast) + "\n";
  if (!s.slow.empty()) text += "  slow      " + described(s.slow) + ", in ten minutes\n";
  if (s.last) text += describe(*s.last);
  if (s.rehearsal) text += describe(*s.rehearsal);
  return text;
}

}  // namespace cutover
