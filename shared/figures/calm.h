// SPDX-License-Identifier: Apache-2.0
// Whether now is a quiet moment: among the tenth of the last hour in which the shortest pauses were
// foretold and, where those are alike (with quieting they hardly hang on who is there), the fewest
// requests came.
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

  static constexpr double kAlikeMs = 10;  // pauses between two multiples of it are alike

  struct Moment {
    double pause_ms = 0;    // foretold
    double per_second = 0;  // requests that begin
  };

  // One tick; `now` is monotonic. Nothing where no pause can be foretold just now.
  void look(Nanos now, std::optional<Moment> moment);

  // What is waited for, in words; empty: this is such a moment.
  std::string awaits() const;

 private:
  struct Sample {
    Nanos at;
    Moment moment;
  };
  std::deque<Sample> samples_;  // oldest first, one in kEach
  std::optional<Moment> now_;
};

}  // namespace cutover
