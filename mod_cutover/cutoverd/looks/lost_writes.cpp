// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/lost_writes.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

// A server may show a transaction a moment after it has sent it to the other one.
constexpr int kTries = 10;
constexpr Nanos kPause = 100ms;

bool some(const Reading<Position>& lost) { return lost && !lost->empty(); }

}  // namespace

Lost lost_writes(Replication& databases, Clock& clock, Side mine, const Position& journaled) {
  if (some(databases.lost(other(mine), journaled))) return Lost::kTheirs;
  const Reading<Position> has = databases.position(other(mine));
  if (!has || has->empty()) return Lost::kNone;
  for (int tries = 0; some(databases.lost(mine, *has)); clock.sleep(kPause))
    if (++tries == kTries) return Lost::kMine;
  return Lost::kNone;
}

}  // namespace cutover
