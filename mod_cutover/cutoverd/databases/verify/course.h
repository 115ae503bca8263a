// SPDX-License-Identifier: Apache-2.0
// What a comparison needs of those around it: whether it may go on, and when the replica has what
// the source had.
#pragma once

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

}  // namespace cutover
