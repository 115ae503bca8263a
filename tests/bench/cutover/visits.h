// SPDX-License-Identifier: Apache-2.0
// What the visitors of a move met, request by request, and what that comes to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/harness/host_times.h"

namespace cutover::bench {

enum class AnsweredBy : std::uint8_t { kOld, kNew, kNobody };

// One request, by the machine's monotonic clock.
struct Visit {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  AnsweredBy by = AnsweredBy::kNobody;  // nobody: not 200, or no whole answer
  bool post = false;
  bool cut = false;     // sent, and then its connection ended: what became of it is not known
  std::string problem;  // in words, where nobody answered
  bool slow = false;    // it asked for what takes long
};

struct MoveFigures {
  double failed = 0;
  double posts_cut = 0;         // among them
  double overlap_ms = 0;        // both hosts at once, by their own clock; below 0: neither
  double silence_ms = 0;        // longest that no request in flight explains
  double longest_wait_ms = 0;   // of one visitor
  double longest_quick_ms = 0;  // of one who asked for something quick
  double longest_slow_ms = 0;   // and of all others
  double p99_ms = 0;
};

// A silence, a time without any answer, is explained where a host was all the while working on a
// request that it then answered: when all visitors wait for slow pages, there is one without a move
// too, and whoever cuts nothing off has to wait for the slowest. A request that came to the new
// host before that began to serve was not being worked on before that, but held or turned away.
//
// `flip_ns`: when the move was asked for. Requests that ended before it are no part of it; they
// must all have been answered by old, and the last second's all by new: else it throws.
MoveFigures figures_of(std::vector<Visit> visits, const std::vector<harness::Handled>& by_old,
                       const std::vector<harness::Handled>& by_new, std::int64_t flip_ns);

}  // namespace cutover::bench
