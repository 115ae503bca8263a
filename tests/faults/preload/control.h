// SPDX-License-Identifier: Apache-2.0
// What the campaign tells a coordinator's disk and clock to do, in a file that both have mapped:
// written by the campaign's main thread, read by every thread of the coordinator. Each field stands
// alone, so no order between them is needed.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace cutover::faults {

inline constexpr std::size_t kJournalBytes = 2 * 64 * 1024;

struct DiskControl {
  std::atomic<int> write_error;          // an errno that writes and syncs fail with; 0: none
  std::atomic<int> stall_ms;             // each sync takes that much longer
  std::atomic<std::int64_t> clock_s;     // the wall clock is off by that much
  std::atomic<std::uint64_t> syncs;      // how often the journal was made durable
  unsigned char durable[kJournalBytes];  // the journal as of its last sync: what a power cut leaves
};

}  // namespace cutover::faults
