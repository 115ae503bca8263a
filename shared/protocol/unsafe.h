// SPDX-License-Identifier: Apache-2.0
// Test-only builds leave one safety out (make BUILD=build/unsafe UNSAFE=NO_FENCE), so that the
// fault campaign can show that it would find it missing. Every other build leaves none out.
#pragma once

namespace cutover::unsafe {

#ifdef CUTOVER_UNSAFE_NO_FENCE
inline constexpr bool kNoFence = true;
#else
inline constexpr bool kNoFence = false;
#endif

// The position is read before the fence is sent, and not compared again.
#ifdef CUTOVER_UNSAFE_EARLY_POSITION
inline constexpr bool kEarlyPosition = true;
#else
inline constexpr bool kEarlyPosition = false;
#endif

// A record is written, and not made durable before what it announces is done.
#ifdef CUTOVER_UNSAFE_NO_SYNC
inline constexpr bool kNoSync = true;
#else
inline constexpr bool kNoSync = false;
#endif

// A held request waits for as long as no coordinator decides.
#ifdef CUTOVER_UNSAFE_NO_DEADLINE
inline constexpr bool kNoDeadline = true;
#else
inline constexpr bool kNoDeadline = false;
#endif

}  // namespace cutover::unsafe
