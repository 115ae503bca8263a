// SPDX-License-Identifier: Apache-2.0
// The rows of a chunk that differs: looked at until each agrees, or stands still, or never does.
#pragma once

#include "mod_cutover/cutoverd/databases/verify/compare.h"

namespace cutover {

struct Settled {
  Compared::Kind kind = Compared::Kind::kDone;
  std::string why;
  std::vector<RowKey> different;
  std::uint64_t undecided = 0;
};

// More rows than these in a chunk are not looked at one by one: it is to be made smaller.
inline constexpr std::uint64_t kMostInChunk = 16'000;

Settled settle(Half& source, Half& replica, Course& course, const KeyRange& range);

}  // namespace cutover
