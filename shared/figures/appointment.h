// SPDX-License-Identifier: Apache-2.0
// A switch or rollback that is to go by itself: when it may, and what it waits for. Decides, and
// does nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "shared/figures/calm.h"
#include "shared/figures/snapshot.h"

namespace cutover {

struct Appointment {
  Direction direction = Direction::kSwitch;
  std::string by;
  std::int64_t from_ms = 0;   // by the wall clock: not before it
  std::int64_t until_ms = 0;  // and not after it
  // The same end by the monotonic clock of this boot: a wall clock that is put back makes it no
  // longer.
  std::chrono::nanoseconds until{0};
  bool quiet = false;  // and in a quiet moment alone
};

// What is so at one tick.
struct Circumstances {
  std::int64_t wall_ms = 0;
  std::chrono::nanoseconds now{0};
  Side serving = Side::kOld;
  GateState gate;
  const Calm& calm;
  // A try was turned back, nobody was held, and it is not yet time for the next.
  std::string turned_back{};
};

struct Decision {
  enum class Kind : std::uint8_t { kWait, kGo, kOver };
  Kind kind = Kind::kWait;
  std::string why;  // what it waits for, or why it is over
};
Decision decide(const Appointment& appointment, const Circumstances& now);

// Without an end where `asked` has none: a day after it may begin.
inline constexpr std::int64_t kUsualTimeMs = 24 * 60 * 60 * 1000;
// What is asked for; both moments by the wall clock.
struct Wait {
  std::optional<std::int64_t> from_ms;
  std::optional<std::int64_t> until_ms;
  bool quiet = false;
};
// Why nobody could keep it; empty where somebody could.
std::string contradiction(const Wait& wait, std::int64_t wall_ms);
Appointment appointment(const Wait& wait, Direction direction, const std::string& by,
                        std::int64_t wall_ms, std::chrono::nanoseconds now);

// As it is shown: with what it waits for, and how long it may.
Armed shown(const Appointment& appointment, const std::string& waits_for, std::int64_t wall_ms);

}  // namespace cutover
