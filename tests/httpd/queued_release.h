// SPDX-License-Identifier: Apache-2.0
// A crowd that was held is let go to a new host of some workers with a queue before them; perhaps
// others keep half of these busy.
#pragma once

#include <chrono>
#include <cstddef>

namespace cutover::test {

struct QueuedLoad {
  std::size_t held = 200;
  unsigned children = 1;
  int workers = 25;
  bool busy = false;
  bool post = false;
  std::chrono::milliseconds each{20};  // of a worker's time,
  int one_slow_in = 0;                 // and of every so-manieth request
  std::chrono::milliseconds slow{0};   // so much
};

struct QueuedFigures {
  std::size_t held = 0;    // at once
  std::size_t failed = 0;  // not answered with 200 by the new host
  int refused = 0;         // by its queue, of the others too
  int most_inside = 0;     // in its workers and its queue
  double last_ms = 0;      // after the word: the last answer,
  double best_ms = 0;      // and the longest answer, or held / the free workers' rate
};

QueuedFigures release_to_queue(const QueuedLoad& load);

}  // namespace cutover::test
