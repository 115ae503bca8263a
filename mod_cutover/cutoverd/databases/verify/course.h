// SPDX-License-Identifier: Apache-2.0
// What a comparison needs of those around it: whether it may go on, and when the replica has what
// the source had.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

#include "shared/protocol/ports.h"

namespace cutover {

class Course {
 public:
  virtual ~Course() = default;
  // Waits for as long as it is not to work: for what was read to be no more than it may in a
  // second, for a run to end, for the replica not to lag. False: it is to end here, and goes on
  // from here some other time, perhaps the other way round.
  virtual bool may_go_on() = 0;
  // So many rows were read, and it took so long.
  virtual void read(std::uint64_t rows, Nanos took) = 0;
  // Waits until the replica has applied all that the source has now. False: as may_go_on().
  virtual bool caught_up() = 0;
  virtual bool rest(Nanos duration) = 0;
};

// What differs is looked at so often, the later the further apart; and it is called different when
// it has been the same so often: that takes two seconds. A source whose disk is slow gives a
// transaction to its replica, and shows it itself only later.
inline constexpr int kLooks = 10;
inline constexpr int kStands = 4;
inline Nanos before_look(int n) {
  constexpr Nanos kStep = std::chrono::milliseconds(400);
  constexpr Nanos kMost = std::chrono::seconds(1);
  return n < 2 ? Nanos::zero() : std::min((n - 1) * kStep, kMost);
}

}  // namespace cutover
