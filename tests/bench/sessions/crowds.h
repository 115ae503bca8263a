// SPDX-License-Identifier: Apache-2.0
// Visitors over HTTP/2 in the drain of a real switch, half of them connected before it, and
// visitors over HTTP/1 beside them.
#pragma once

#include <chrono>
#include <cstddef>

namespace cutover::bench {

struct SessionLoad {
  std::size_t sessions = 2000;
  std::size_t beside = 0;  // over HTTP/1, in the clear
  unsigned children = 2;
  unsigned threads = 25;
  std::chrono::milliseconds hold{3000};
};

struct SessionFigures {
  std::size_t held = 0;     // at once, at the hold's end
  std::size_t asked = 0;    // by all, before, in and after the hold
  std::size_t failed = 0;   // not answered with 2xx, by h2load's counts; of HTTP/1 with 200 by new
  std::size_t refused = 0;  // by httpd's own counters: no room, or time up
  bool each_has_ended = false;  // each of the held in one way
  double before_ms = 0;         // from the hold's begin until those were held who were there before
  double all_ms = 0;            // from the hold's begin until all were held
  double hold_ms = 0;           // until they were let go
  double let_go_ms = 0;         // from there until nobody waited any more
  double megabytes = 0;         // of resident memory of all children, more than before anybody came
  long busy_threads = 0;        // of all workers, while all are held
  double page_ms = 0;  // the status page, from the hold's begin to its end: median and longest
  double page_longest_ms = 0;
  double page_release_ms = 0;  // and while they are let go
  double page_release_longest_ms = 0;
};

// Throws where the switch does not succeed.
SessionFigures hold_sessions(const SessionLoad& load);

}  // namespace cutover::bench
