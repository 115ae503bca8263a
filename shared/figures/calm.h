// SPDX-License-Identifier: Apache-2.0
// Whether now is a quiet moment: the pause that is foretold is among the shortest of the last hour.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>

namespace cutover {

class Calm {
 public:
  using Nanos = std::chrono::nanoseconds;
  static constexpr Nanos kEach = std::chrono::seconds(5);
  static constexpr Nanos kWindow = std::chrono::hours(1);
  static constexpr Nanos kLeast = std::chrono::minutes(10);  // of looks, before any moment is one

  // One tick; `now` is monotonic. Nothing where no pause can be foretold just now.
  void look(Nanos now, std::optional<double> pause_ms);

  // What is waited for, in words; empty: this is such a moment. It is one where the pause is at or
  // below the lowest tenth of those that were foretold.
  std::string awaits() const;

 private:
  struct Sample {
    Nanos at;
    double pause_ms;
  };
  std::deque<Sample> samples_;  // oldest first, one in kEach
  std::optional<double> now_;
};

}  // namespace cutover
