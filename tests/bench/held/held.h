// SPDX-License-Identifier: Apache-2.0
// Thousands of requests held by one httpd, and what that costs it.
#pragma once

#include <chrono>
#include <cstddef>

namespace cutover::bench {

struct HeldLoad {
  std::size_t requests = 10000;
  unsigned children = 2;
  unsigned threads = 25;
  std::chrono::milliseconds hold{5000};
};

// Milliseconds as a visitor sees them.
struct HeldFigures {
  std::size_t held = 0;    // at once
  std::size_t failed = 0;  // not answered with 200 by the new host
  long busy_threads = 0;   // of all workers, while they are held
  double cpu_ms = 0;       // of all children, while they are held
  double kilobytes = 0;    // of resident memory, for each
  double descriptors = 0;  // for each
  double first_ms = 0;     // after the word: the first answer, the median, the last
  double median_ms = 0;
  double last_ms = 0;
  double page_ms = 0;  // the status page while they are held: median and longest
  double page_longest_ms = 0;
  double page_release_ms = 0;  // and while they are let go
  double page_release_longest_ms = 0;
};

HeldFigures hold_many(const HeldLoad& load);

}  // namespace cutover::bench
