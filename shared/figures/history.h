// SPDX-License-Identifier: Apache-2.0
// What a site did in the last quarter of an hour, one sample a second, for the page's charts. Made
// from looks that are more frequent, so that what comes and goes within a second is seen.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

#include "shared/protocol/counts.h"

namespace cutover {

struct HistorySample {
  std::int64_t at_ms = 0;        // wall clock at its end
  std::optional<double> lag_ms;  // the worst; nothing when a look did not know it
  double old_per_second = 0;     // requests that each side was given
  double new_per_second = 0;
  std::int64_t held = 0;  // the most at once
  std::int64_t in_flight = 0;
};
static_assert(std::is_trivially_copyable_v<HistorySample>);

class History {
 public:
  using Nanos = std::chrono::nanoseconds;
  static constexpr std::size_t kSamples = 15 * 60;

  // `now` is monotonic. The first look only begins a second.
  void look(Nanos now, std::int64_t wall_ms, const std::optional<double>& lag_ms,
            const Counts& counts);

  // Those after that moment, oldest first; their times ascend.
  std::vector<HistorySample> since(std::int64_t at_ms) const;

 private:
  void begin(Nanos boundary, Nanos now, const Counts& counts);
  void add(const HistorySample& sample);

  std::array<HistorySample, kSamples> ring_{};
  std::size_t next_ = 0;
  std::size_t size_ = 0;

  bool begun_ = false;
  Nanos boundary_{0};  // where the open second begins by the beat
  Nanos since_{0};     // and when the look was made from which it counts
  std::array<std::uint64_t, 2> served_{};
  bool lag_known_ = true;
  HistorySample open_;
};

}  // namespace cutover
