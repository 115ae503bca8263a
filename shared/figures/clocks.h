// SPDX-License-Identifier: Apache-2.0
// Clocks apart: sessions end early or late, one-time passwords do not fit, tokens are from the
// future. What is read from afar is only known within bounds, so what is told is the least that is
// sure.
#pragma once

#include <cstdint>
#include <string>

#include "shared/protocol/check.h"

namespace cutover {

// How far a clock is ahead of a reference (negative: behind), in ms.
struct Ahead {
  std::int64_t least = 0;
  std::int64_t most = 0;

  // `shown`..`shown_until` was read between two looks at the reference.
  static Ahead read(std::int64_t shown, std::int64_t shown_until, std::int64_t sent,
                    std::int64_t received) {
    return {shown - received, shown_until - sent};
  }
  Ahead operator-(const Ahead& other) const { return {least - other.most, most - other.least}; }
  // Of the smallest amount that is possible.
  std::int64_t surely() const { return least > 0 ? least : most < 0 ? most : 0; }
};

inline constexpr std::int64_t kClocksWarnMs = 2'000;
inline constexpr std::int64_t kClocksBlockMs = 60'000;

CheckVerdict verdict_of(const Ahead& ahead);
// "the same, as far as can be seen", "at least 3.2 s ahead"
std::string described(const Ahead& ahead);

}  // namespace cutover
