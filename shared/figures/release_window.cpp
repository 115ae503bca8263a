// SPDX-License-Identifier: Apache-2.0
#include "shared/figures/release_window.h"

#include <algorithm>
#include <utility>

namespace cutover {
namespace {

// Of an application server's queue of a hundred.
constexpr float kOnTop = 20;
constexpr float kBelieved = 30;
constexpr float kNarrowest = 2;
// Beyond any host and any httpd.
constexpr float kWidest = 100'000;
constexpr int kShortestRound = 16;
constexpr float kKept = 0.9F;
// One failure in so many is a page's own.
constexpr int kFailures = 8;
// Times the time that answers take.
constexpr double kPatience = 4;
constexpr double kLeastPatienceNs = 1e9;
constexpr double kMostPatienceNs = 1e12;
constexpr std::uint8_t kMostDoublings = 6;

template <typename Number>
Number within(Number value, Number least, Number most) {
  return value >= least && value <= most ? value : least;  // a NaN is neither
}

}  // namespace

ReleaseWindow::ReleaseWindow(std::int64_t now_ns) {
  f_.at_once = kBelieved;
  f_.on_top = kOnTop;
  f_.last_heard_ns = now_ns;
  begin_round();
}

ReleaseWindow::ReleaseWindow(const WindowFigures& figures) : f_(figures) {
  for (float* number :
       {&f_.at_once, &f_.began_with, &f_.on_top, &f_.said[0], &f_.said[1], &f_.said[2]})
    *number = within(*number, 0.0F, kWidest);
  for (std::int64_t* moment : {&f_.last_heard_ns, &f_.piece_began_ns})
    *moment = std::max<std::int64_t>(*moment, 0);
  f_.least_ns = within(f_.least_ns, 0.0, kMostPatienceNs);
  f_.usual_ns = within(f_.usual_ns, 0.0, kMostPatienceNs);
  f_.sum_ns = within(f_.sum_ns, 0.0, kWidest * kMostPatienceNs);
  f_.round = within(f_.round, kShortestRound, static_cast<int>(kWidest));
  for (std::int32_t* count : {&f_.answers, &f_.timed, &f_.failures})
    *count = within(*count, 0, static_cast<int>(kWidest));
  f_.doublings = std::min(f_.doublings, kMostDoublings);
}

int ReleaseWindow::width() const {
  return static_cast<int>(std::clamp(f_.at_once + f_.on_top, kNarrowest, kWidest));
}

void ReleaseWindow::heard(std::int64_t now_ns, std::int64_t took_ns, const Departure& departure,
                          std::uint64_t answered) {
  const double ns = static_cast<double>(std::max<std::int64_t>(took_ns, 1));
  if (f_.least_ns == 0 || ns < f_.least_ns) f_.least_ns = ns;
  if (static_cast<double>(now_ns - f_.piece_began_ns) >= f_.least_ns / 2) {
    f_.piece_began_ns = now_ns;
    f_.answered_before = answered;
  }
  f_.sum_ns += ns;
  ++f_.timed;
  note(served_with(departure));
  if (f_.has_failed == 0) f_.on_top = std::min(f_.on_top + 1, kOnTop);
  count_answer(now_ns);
}

void ReleaseWindow::heard_failure(std::int64_t now_ns) {
  ++f_.failures;
  count_answer(now_ns);
}

// When the present piece began, its turn had come: it ends in that piece, or at its beginning.
float ReleaseWindow::served_with(const Departure& departure) const {
  const std::uint64_t ahead = f_.answered_before - std::min(f_.answered_before, departure.answered);
  return static_cast<float>(departure.under_way) - static_cast<float>(ahead);
}

void ReleaseWindow::note(float at_once) {
  at_once = std::clamp(at_once, 0.0F, kWidest);
  for (float& most : f_.said)
    if (at_once > most) std::swap(at_once, most);
  f_.at_once = std::max(f_.at_once, said_by_three());
}

float ReleaseWindow::said_by_three() const {
  return std::min(f_.said.back(), f_.began_with + kOnTop);
}

void ReleaseWindow::count_answer(std::int64_t now_ns) {
  f_.last_heard_ns = now_ns;
  f_.doublings = 0;
  ++f_.answers;
  const bool mostly_fails = f_.answers >= kShortestRound && f_.failures * 2 > f_.answers;
  if (f_.answers >= f_.round || mostly_fails) end_round();
}

void ReleaseWindow::end_round() {
  f_.at_once = std::max(f_.at_once * kKept, said_by_three());
  if (f_.timed != 0) f_.usual_ns = f_.sum_ns / f_.timed;
  if (f_.failures * kFailures > f_.answers) {
    f_.at_once /= 2;
    f_.on_top /= 2;
    f_.has_failed = 1;
  } else if (f_.failures == 0) {
    f_.on_top = std::min(f_.on_top + 1, kOnTop);
  }
  begin_round();
}

void ReleaseWindow::begin_round() {
  f_.began_with = f_.at_once;
  f_.said.fill(0);
  f_.round = std::max(width(), kShortestRound);
  f_.answers = f_.timed = f_.failures = 0;
  f_.sum_ns = 0;
}

std::int64_t ReleaseWindow::patience_ns() const {
  const double now = f_.timed != 0 ? f_.sum_ns / f_.timed : 0;
  const double long_since =
      std::clamp(kPatience * std::max(now, f_.usual_ns), kLeastPatienceNs, kMostPatienceNs);
  return static_cast<std::int64_t>(long_since) << f_.doublings;
}

void ReleaseWindow::look_for_silence(std::int64_t now_ns) {
  if (now_ns - f_.last_heard_ns < patience_ns()) return;
  f_.at_once = 0;
  f_.on_top = kNarrowest;
  f_.last_heard_ns = now_ns;
  if (f_.doublings < kMostDoublings) ++f_.doublings;
  begin_round();
}

}  // namespace cutover
