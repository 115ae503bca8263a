// SPDX-License-Identifier: Apache-2.0
// How many of the requests that are let go after a hold may be under way at once, of all children
// together: a congestion window, with the end of a request for an acknowledgement. It opens by slow
// start (RFC 5681, from RFC 6928's ten), by one with each answer, until a round of answers is slow;
// from then on by the gradient rule ("Performance Under Load", Netflix Technology Blog, 2018): once
// a round, times the smallest time of an answer over the present one, and its own root on top. A
// round of failures halves it. When nothing is heard for as long as RFC 6298 waits for an
// acknowledgement, it begins anew at its narrowest, with twice the patience.
//
// A round is as many answers as the window was wide when it began: also in slow start each is
// looked at before the next one can be twice as wide. It opens only while it is used (RFC 7661):
// where other things keep requests back, their answers say nothing of more.
//
// The time of a round is the mean of the logarithms of its answers' times, and it is longer only by
// more than those vary: a site's quick pages are a hundred times quicker than its slow ones, and
// the luck of which of them a round consists must not narrow anything.
//
// Pure: what the clock says is told to it, and so is how many are under way. Its figures are
// copied from and to shared memory (site_window.h); whatever stands there, it has a width.
#pragma once

#include <cstdint>

namespace cutover {

// All that it knows; trivially copied, and every pattern of bits is one.
struct WindowFigures {
  double width = 0;
  std::int64_t last_heard_ns = 0;  // or the last beginning
  // The quickest round of this release: mean logarithm of its times, and variance of that mean.
  double fastest_log = 0;
  double fastest_variance = 0;
  // The present round: sums of the logarithms of its answers' times, and of their squares;
  double log_sum = 0;
  double log_squares = 0;
  double sum_ns = 0;         // of the times themselves,
  double least_ns = 0;       // the least of them,
  double least_ever_ns = 0;  // and of this release; 0: none yet
  std::int32_t round = 0;    // answers that it takes,
  std::int32_t answers = 0;  // those that there were,
  std::int32_t timed = 0;    // of them those with a time,
  std::int32_t failures = 0;
  float usual_ms = 0;          // the mean time of the round before
  std::uint8_t doublings = 0;  // of the patience
  std::uint8_t slow_start = 1;
  std::uint8_t has_fastest = 0;
  std::uint8_t padding = 0;
};

class ReleaseWindow {
 public:
  // Another release: of the host that it goes to nothing is known.
  explicit ReleaseWindow(std::int64_t now_ns);
  explicit ReleaseWindow(const WindowFigures& figures);
  const WindowFigures& figures() const { return f_; }

  int width() const { return static_cast<int>(f_.width); }

  // The host has answered, after so long, while so many were under way; or it said, or somebody for
  // it, that it cannot.
  void heard(std::int64_t now_ns, std::int64_t took_ns, std::int64_t under_way);
  void heard_failure(std::int64_t now_ns);

  // Who has been under way for longer has no place any more: it may be a long poll, or a client
  // that sends its form slowly.
  std::int64_t patience_ns() const;
  // When those who were due have lost their places.
  void look_for_silence(std::int64_t now_ns);

 private:
  void count_answer(std::int64_t now_ns, std::int64_t under_way);
  void end_round(std::int64_t under_way);
  bool is_used(std::int64_t under_way) const;
  double gradient();
  double queued(std::int64_t under_way);
  void begin_round();
  void set_width(double width);

  struct Time {
    double log_ns = 0;
    double variance = 0;  // of that mean
  };
  Time round_time() const;

  WindowFigures f_;
};

}  // namespace cutover
