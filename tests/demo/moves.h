// SPDX-License-Identifier: Apache-2.0
// The moves of a site, there and back and there, and what is asked of each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/harness/host_times.h"
#include "tests/harness/site_access.h"

namespace cutover::demo {

struct Move {
  std::string verb;           // switch or rollback
  std::int64_t asked_ns = 0;  // by the hosts' clock
  // What the module adds to what visitors wait anyway: the run's pause without its drain. A drain
  // lasts as long as the slowest request that was being served, and would without the module have
  // been waited for by its own visitor as well.
  double pause_ms = 0;
};

// One switch, or so many switches, each with its rollback; with `back` a single one has it as well.
std::vector<std::string> verbs_of(unsigned rounds, bool back = false);

// How long both hosts served at once in the worst of the moves; nothing where one is not known.
// The hosts' requests are those of the whole time: what one host did until the next move was asked
// for is held against what the other did since this one was.
std::optional<double> worst_overlap(const std::vector<Move>& moves,
                                    const std::vector<harness::Handled>& by_old,
                                    const std::vector<harness::Handled>& by_new);

// What the coordinator says of the move that has just ended; asked again where a busy machine lets
// the page do without its answer. Throws where it never comes.
double pause_of_last(const harness::SiteAccess& site);

double median_pause(const std::vector<Move>& moves);

}  // namespace cutover::demo
