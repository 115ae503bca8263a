// SPDX-License-Identifier: Apache-2.0
// How fast a comparison goes, and when it stands still: while a run is under way or nobody knows
// who serves, while the replica lags, and for a good part of the time in any case.
#pragma once

#include <atomic>
#include <functional>

#include "mod_cutover/cutoverd/databases/verify/course.h"

namespace cutover {

class Pace final : public Course {
 public:
  struct Around {
    Replication& replication;  // this comparison's own
    std::function<std::optional<Side>()> serving;
    const std::atomic<bool>& given_up;
    std::uint64_t rows_per_second;
    // Why it stands still, empty: it does not; and how long it has worked since it said so last.
    std::function<void(const std::string& waits_for, Nanos worked)> says;
  };
  // For as long as `source` serves.
  Pace(Around around, Side source);

  bool may_go_on() override;
  void read(std::uint64_t rows, Nanos took) override;
  bool caught_up() override;
  bool rest(Nanos duration) override;

 private:
  using Moment = std::chrono::steady_clock::time_point;
  enum class Now : std::uint8_t { kWork, kWait, kEnd };

  Now now();
  bool waits(const std::string& why, Nanos duration);
  bool applied(const Position& position);

  const Around around_;
  const Side source_;
  Moment next_{};
  Moment look_at_lag_{};
  Moment said_ = std::chrono::steady_clock::now();
};

}  // namespace cutover
