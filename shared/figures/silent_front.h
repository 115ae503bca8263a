// SPDX-License-Identifier: Apache-2.0
// Who comes from the host of his side, and is not said to be passed on, is the site itself, or a
// front proxy that adds no header. A front has nearly all visitors behind it. A site that calls
// itself has visitors beside its calls, however many calls one of them makes; so these are counted.
#pragma once

#include "shared/protocol/counts.h"

namespace cutover {

enum class OwnTraffic { kTooFewToTell, kSelfCalls, kSilentFront };

inline constexpr std::uint64_t kTooFewToTell = 20;
// So many calls a visitor are believed. Whoever takes a front for calls has a drain of twice the
// length at worst; whoever takes calls for a front has it given up.
inline constexpr std::uint64_t kMostCalls = 10;

constexpr OwnTraffic own_traffic(const Counts& counts) {
  const std::uint64_t all = counts.served[0] + counts.served[1];
  if (all < kTooFewToTell) return OwnTraffic::kTooFewToTell;
  const std::uint64_t visitors = all - (counts.own < all ? counts.own : all);
  return counts.own > kMostCalls * visitors ? OwnTraffic::kSilentFront : OwnTraffic::kSelfCalls;
}

}  // namespace cutover
