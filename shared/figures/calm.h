// SPDX-License-Identifier: Apache-2.0
// Whether now is a quiet moment: among the tenth of the last hour in which the shortest pauses were
// foretold and, where those are alike (with quieting they hardly hang on who is there), the fewest
// requests came.
#pragma once

#include <chrono>
#include <cstdint>
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

  static constexpr Nanos kCounted = std::chrono::seconds(5);  // over so long, at least
  static constexpr double kAlikeMs = 10;  // pauses between two multiples of it are alike

  // One tick; `now` is monotonic, `served` counts all requests that ever were. No pause where none
  // can be foretold just now.
  void look(Nanos now, std::optional<double> pause_ms, std::uint64_t served);

  // What is waited for, in words; empty: this is such a moment.
  std::string awaits() const;

 private:
  struct Moment {
    double pause_ms = 0;    // foretold
    double per_second = 0;  // requests
  };
  struct Count {
    Nanos at;
    std::uint64_t served;
  };
  struct Sample {
    Nanos at;
    Moment moment;
  };
  static double whole(double pause_ms);
  static bool quieter(const Moment& a, const Moment& b);
  std::optional<double> per_second(Nanos now, std::uint64_t served);

  std::deque<Sample> samples_;  // oldest first, one in kEach
  std::optional<Moment> now_;
  std::deque<Count> counts_;  // oldest first: one of kCounted ago, and all since
};

}  // namespace cutover
