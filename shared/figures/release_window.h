// SPDX-License-Identifier: Apache-2.0
// How many of the requests that are let go after a hold may be under way at once, of all children
// together: as many as the host has been seen to serve at once, and twenty on top, which wait in
// its queue. Of a host that nothing is known of thirty are believed, so that fifty go. Application
// servers have queues of about a hundred; the rest of one is for others, whom ours keep from its
// workers: forty on top filled it where others had half of 150 workers.
//
// What a host serves at once, each answer tells. When a request's turn comes in a queue, all that
// were ahead of it have had theirs. So of those that were under way at its departure, whoever had
// no answer by then was served together with it. When its turn was is not known, but no answer is
// made in less than half the time of the quickest one: it was earlier than that before its end.
// Whoever was answered until later is taken off once too often, so that the number is rather too
// small than too large. A queue shows, because in it all are answered one after the other; slow
// pages among quick ones do not look like one, because no page's time is compared with another's.
//
// Three answers of a round must say it, since a single one may have been lucky. A round is as many
// answers as the window was wide when it began: the time of one answer. In a round it opens by
// twenty at most, and where nothing bears out what is believed, a tenth of that is given up. A
// round of failures halves all; from then on fewer are on top, and one more after each round
// without a failure. When nothing is heard for several times as long as answers take, two go, with
// twice the patience, and one more with each answer.
//
// Pure: what the clock says is told to it, and so is what stood at a departure. Its figures are
// copied from and to shared memory (site_window.h); whatever stands there, it has a width.
#pragma once

#include <array>
#include <cstdint>

namespace cutover {

// What stood when a request was let go.
struct Departure {
  std::int64_t under_way = 0;  // with itself
  std::uint64_t answered = 0;  // since ever
};

// All that it knows; trivially copied, and every pattern of bits is one.
struct WindowFigures {
  float at_once = 0;               // those that the host has been seen to serve,
  float began_with = 0;            // at the beginning of this round,
  float on_top = 0;                // and those in its queue
  std::array<float, 3> said{};     // the most at once that answers of this round have said
  std::int64_t last_heard_ns = 0;  // or the last beginning
  // Time goes in pieces of half the quickest answer's. When this one began, and how many had been
  // answered by then:
  std::int64_t piece_began_ns = 0;
  std::uint64_t answered_before = 0;
  double least_ns = 0;          // of the quickest answer of this release; 0: none yet
  double usual_ns = 0;          // the mean of the round before,
  double sum_ns = 0;            // and the sum of the present one
  std::int32_t round = 0;       // answers that it takes,
  std::int32_t answers = 0;     // those that there were,
  std::int32_t timed = 0;       // of them those with a time,
  std::int32_t failures = 0;    // and without
  std::uint8_t doublings = 0;   // of the patience
  std::uint8_t has_failed = 0;  // a round of this release
  std::array<std::uint8_t, 6> padding{};
};

class ReleaseWindow {
 public:
  // Another release: of the host that it goes to nothing is known.
  explicit ReleaseWindow(std::int64_t now_ns);
  explicit ReleaseWindow(const WindowFigures& figures);
  const WindowFigures& figures() const { return f_; }

  int width() const;

  // The host has answered one that departed so, after so long, when so many had been answered
  // before; or it said, or somebody for it, that it cannot.
  void heard(std::int64_t now_ns, std::int64_t took_ns, const Departure& departure,
             std::uint64_t answered);
  void heard_failure(std::int64_t now_ns);

  // Who has been under way for longer has no place any more: it may be a long poll, or a client
  // that sends its form slowly.
  std::int64_t patience_ns() const;
  // When those who were due have lost their places.
  void look_for_silence(std::int64_t now_ns);

 private:
  float served_with(const Departure& departure) const;
  void note(float at_once);
  float said_by_three() const;
  void count_answer(std::int64_t now_ns);
  void end_round();
  void begin_round();

  WindowFigures f_;
};

}  // namespace cutover
