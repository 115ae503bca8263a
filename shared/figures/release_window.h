// SPDX-License-Identifier: Apache-2.0
// How many of the requests that one child lets go after a hold may be under way at once: a
// congestion window, with the end of a request for an acknowledgement. It opens by slow start (RFC
// 5681, from RFC 6928's ten), by one with each answer, until a round of answers is slow; from then
// on by the gradient rule ("Performance Under Load", Netflix Technology Blog, 2018): once a round,
// times the smallest time of an answer over the present one, and its own root on top. A round of
// failures halves it. When nothing is heard for as long as RFC 6298 waits for an acknowledgement,
// it begins anew at its narrowest, with twice the patience.
//
// A round is as many answers as the window was wide when it began: also in slow start each is
// looked at before the next one can be twice as wide.
//
// The time of a round is the mean of the logarithms of its answers' times, and it is longer only by
// more than those vary: a site's quick pages are a hundred times quicker than its slow ones, and
// the luck of which of them a round consists must not narrow anything.
//
// Pure: what the clock says is told to it. Not thread-safe: the waker's mutex guards it.
#pragma once

#include <cstdint>
#include <optional>

namespace cutover {

class ReleaseWindow {
 public:
  // `most`: threads that the child can spare; more are never under way.
  explicit ReleaseWindow(int most = 1);

  // Another release: of the host that it goes to nothing is known. Who is under way, stays so.
  void begin(std::int64_t now_ns);

  bool has_room() const { return under_way_ < width(); }
  // Below this a release would hardly be one.
  bool is_narrowest() const;
  int width() const { return static_cast<int>(width_); }

  // What becomes of a request, in this order: let go; lapsed, perhaps; ended.
  void let_go() { ++under_way_; }
  // From then on it has no place in the window.
  void lapsed() { --under_way_; }
  void ended(bool had_lapsed) { under_way_ -= had_lapsed ? 0 : 1; }
  int under_way() const { return under_way_; }

  // The host has answered, after so long; or it said, or somebody for it, that it cannot.
  void heard(std::int64_t now_ns, std::int64_t took_ns);
  void heard_failure(std::int64_t now_ns);

  // Who has been under way for longer is to lapse: it may be a long poll, or a client that sends
  // its form slowly.
  std::int64_t patience_ns() const;
  // When those who were due have lapsed.
  void look_for_silence(std::int64_t now_ns);

 private:
  void count_answer(std::int64_t now_ns);
  void end_round();
  double gradient();
  void begin_round();
  void set_width(double width);

  int most_;
  double width_ = 1;
  bool slow_start_ = true;
  int under_way_ = 0;
  std::int64_t last_heard_ns_ = 0;  // or the last beginning
  int doublings_ = 0;               // of the patience

  struct Time {
    double log_ns = 0;
    double variance = 0;  // of that mean
  };
  Time round_time() const;
  std::optional<Time> fastest_;  // of the rounds of this release

  // The present round.
  int round_ = 0;  // answers that it takes
  int answers_ = 0;
  int timed_ = 0;           // of them, those with a time
  double log_sum_ = 0;      // of the logarithms of those times
  double log_squares_ = 0;  // of their squares
  int failures_ = 0;
};

}  // namespace cutover
