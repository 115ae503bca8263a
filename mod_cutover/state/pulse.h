// SPDX-License-Identifier: Apache-2.0
// The sign of life of a thread of the coordinator. httpd's parent ends a coordinator of which one
// has been silent too long (shared/memory/silence.h).
//
// A pulse is one atomic moment in shared memory. The thread that it belongs to writes it, and one
// that it waits for, nobody else: both store "now", so their order does not matter. Whoever reads
// it compares it with the clock, and nothing else depends on it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace cutover {

using Pulse = std::atomic<std::int64_t>;

// While it lives, the beats of this thread go there; the first at once.
class Beating {
 public:
  explicit Beating(Pulse* pulse);
  ~Beating();
  Beating(const Beating&) = delete;
  Beating& operator=(const Beating&) = delete;

 private:
  Pulse* before_;
};

// To be handed to a thread that this one waits for; none where nobody looks.
Pulse* pulse_of_this_thread();
// At every wait and every step. Nothing where nobody looks.
void beat();
// Waits that long, and beats.
void rest(std::chrono::nanoseconds time);
// A wait is cut into pieces of that length.
inline constexpr std::chrono::nanoseconds kBetweenBeats = std::chrono::seconds(1);

// A step whose length is the kernel's to say, or a library's: the beat is told that long in
// advance.
class LongStep {
 public:
  explicit LongStep(std::chrono::nanoseconds at_most);
  ~LongStep() { beat(); }
  LongStep(const LongStep&) = delete;
  LongStep& operator=(const LongStep&) = delete;
};
// Of a disk that is slow: fsync, and whatever waits for one.
inline constexpr std::chrono::nanoseconds kSlowDisk = std::chrono::seconds(60);

}  // namespace cutover
