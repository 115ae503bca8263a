// SPDX-License-Identifier: Apache-2.0
// One site at one moment, as status.json, the page, the metrics and the command show it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/figures/strays.h"
#include "shared/memory/layout.h"
#include "shared/protocol/side.h"

namespace cutover {

struct PhaseTime {
  std::string name;
  double ms = 0;
  std::optional<std::int64_t> held{};  // the most at once in it; nothing where nobody counted
};

// A request, or a path with its numbers left out.
struct SlowRequest {
  std::string what;  // "GET /reports"
  double ms = 0;
};

struct LastRun {
  Direction direction = Direction::kSwitch;
  std::string outcome;  // done, refused, aborted, in-doubt
  std::string reason;   // why, when it is not done
  std::string started;  // UTC, RFC 3339
  double duration_ms = 0;
  double pause_ms = 0;  // from the first hold to the release, less the drain
  std::vector<PhaseTime> phases;
  std::string lost;                  // with data loss accepted: the GTIDs that were left behind
  bool rehearsal = false;            // nothing was to move
  std::vector<SlowRequest> slowest;  // whom the drain waited for, the oldest first
  std::int64_t left_behind = 0;      // of those, whom it did not wait for to the end
  // Who might still have written for an answered request when the fence came, in words.
  std::vector<std::string> busy;
  std::int64_t held_max = 0;
  std::uint64_t timed_out = 0;
  std::uint64_t shed = 0;
  // Of those that never end: whose connections were closed, and who had not ended soon after it.
  std::int64_t closed = 0, left_open = 0;
};

// How far a run that is under way has come.
struct Progress {
  std::string started;  // UTC, RFC 3339
  double ms = 0;        // since then
  bool abortable = false;
  bool rehearsal = false;         // nothing is to move
  std::vector<PhaseTime> phases;  // the one it is in comes last; none while the checks are made
};

struct GateState {
  bool open = false;
  std::vector<std::string> reasons;  // why it is closed; empty when open
  std::vector<std::string> notes{};  // what does not close it and is worth knowing
};

// How long the next run would hold its visitors, as far as that is known before it.
struct Forecast {
  double drain_ms = 0;
  double catch_up_ms = 0;
  double rest_ms = 0;  // fence, promotion, flip
  std::string
      drain_from;  // where the figure comes from: "rehearsed", "GET /reports"; empty: nowhere
  bool rest_measured = false;
  // Before the hold: who asks for what is known to take long waits for so long already.
  double quiet_ms = 0;
  std::string quiet_from{};  // "GET /reports"
  double proof_ms = 0;       // the pages of CutoverProof

  double total_ms() const { return drain_ms + catch_up_ms + rest_ms + proof_ms; }
};

// While new serves: would a rollback be accepted now?
struct WayBack {
  bool possible = false;
  std::vector<std::string> reasons;  // why not
};

// A switch or rollback that is to go by itself. Moments are UTC, RFC 3339.
struct Armed {
  Direction direction = Direction::kSwitch;
  std::string by;
  std::string from;  // not before it
  std::string until;
  bool quiet = false;     // in a quiet moment alone
  std::string waits_for;  // what it still waits for, in words
  double left_ms = 0;     // until its end
};

// One that will not go any more.
struct Disarmed {
  Direction direction = Direction::kSwitch;
  std::string at;  // UTC, RFC 3339
  std::string why;
};

struct Snapshot {
  std::string site;
  std::string side;                    // old, new; "none" while held with no side decided
  std::string phase;                   // a phase's name (protocol/transitions.h), or "in-doubt"
  std::optional<Direction> direction;  // of a run that is under way
  std::optional<Progress> progress;    //   the same
  std::uint64_t epoch = 0;
  std::optional<double> lag_ms;  // unknown when there is none
  GateState gate;
  std::optional<LastRun> last;
  std::optional<LastRun> rehearsal;  // the newest
  std::optional<Forecast> forecast;  // of the next run; nothing while one is under way
  std::vector<SlowRequest> slow;     // by path, the slowest first, of the last ten minutes
  Counts counts;                     // in_flight, held and the request totals
  std::string doubt;                 // what a person must look at, when in doubt
  bool databases = false;
  std::optional<StrayReport> strays;  // while new serves: who still comes by this host
  std::optional<WayBack> way_back;    // nothing while old serves
  std::optional<Armed> armed{};
  std::optional<Disarmed> disarmed{};  // the newest, until another is armed or a run has ended
  std::string completed{};  // UTC, RFC 3339: since when new serves for good; empty: it does not
};

// Whom the drain waited for, in one line; empty where it waited for nobody.
std::string waited_for(const LastRun& run);
// Whose connections were closed, since they never end; empty where there was none.
std::string closed_ones(const LastRun& run);
// "switch from ... on, until ..., in a quiet moment; by root".
std::string described(const Armed& armed);
std::string described(const Disarmed& disarmed);
// "GET /reports (412 ms), POST /orders (87 ms) and 3 more".
std::string described(const std::vector<SlowRequest>& requests, std::size_t most = 3);

// At rest: held = released + timed_out + shed_held + client_gone (+ those held just now).
bool balanced(const Counts& counts);

// The part of a snapshot that shared memory alone knows: used where no coordinator answers.
Snapshot from_memory(const SiteControl& control, const Counts& counts);

// A figure that is shown everywhere under one name: one loop writes HTML, text, ?auto and metrics.
struct Figure {
  const char* key;     // snake_case, stable: text, ?auto
  const char* label;   // for people
  const char* metric;  // Prometheus name without the prefix
  const char* help;
  bool counter;  // else a gauge
  double (*get)(const Snapshot&);
  double in_one_unit = 1;  // of `get`, in one of the metric's base unit: 1000 ms in a second
};
const std::vector<Figure>& figures();

// In doubt: the questions that a person is to answer, in order, each with the command for it. Empty
// where nothing is in doubt.
std::vector<std::string> questions(const Snapshot& snapshot);

// For a terminal, several lines.
std::string render_text(const Snapshot& snapshot);

}  // namespace cutover
