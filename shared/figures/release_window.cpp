// SPDX-License-Identifier: Apache-2.0
#include "shared/figures/release_window.h"

#include <algorithm>
#include <cmath>

namespace cutover {
namespace {

constexpr double kFirst = 10;  // RFC 6928
constexpr double kNarrowest = 2;
constexpr int kShortestRound = 16;
// A round is slow when it took more than so many times as long as the fastest,
constexpr double kTolerance = 1.5;
// and so many standard errors on top: what RFC 6298 grants to an acknowledgement.
constexpr double kStandardErrors = 4;
constexpr double kSteepest = 0.5;
// One failure in so many is a page's own.
constexpr int kFailures = 8;
// What is quicker is measured as this: the noise of a machine.
constexpr std::int64_t kQuickNs = 1'000'000;
constexpr double kLeastPatienceNs = 1e9;
constexpr double kMostPatienceNs = 1e12;
// Times the time of a quick round, and times that of the last one: in a queue all take longer.
constexpr int kPatience = 4;
constexpr int kPatienceNow = 2;
constexpr std::uint8_t kMostDoublings = 6;
constexpr double kLongest = 50;  // of a time's logarithm: years

// Slow start opens by so many at most in the time of an answer: the first slow answer tells of a
// window that was narrower by them.
constexpr double kMostMoreARound = 50;
// So many in the host's own queue keep it busy; more than these are too many. Application servers
// have queues of a hundred.
constexpr double kQueued = 8;
constexpr double kMostQueued = 24;
// It is used where no more than a fifth of it is empty.
constexpr double kUsed = 0.8;
// Beyond any host and any httpd.
constexpr double kWidest = 100'000;

template <typename Number>
Number within(Number value, Number least, Number most) {
  return value >= least && value <= most ? value : least;  // a NaN is neither
}

}  // namespace

ReleaseWindow::ReleaseWindow(std::int64_t now_ns) {
  set_width(kFirst);
  f_.last_heard_ns = now_ns;
  begin_round();
}

ReleaseWindow::ReleaseWindow(const WindowFigures& figures) : f_(figures) {
  f_.width = within(f_.width, kNarrowest, kWidest);
  f_.sum_ns = within(f_.sum_ns, 0.0, kWidest * kMostPatienceNs);
  f_.least_ever_ns = within(f_.least_ever_ns, 0.0, kMostPatienceNs);
  f_.fastest_log = within(f_.fastest_log, 0.0, kLongest);
  f_.fastest_variance = within(f_.fastest_variance, 0.0, kLongest * kLongest);
  f_.doublings = std::min(f_.doublings, kMostDoublings);
  f_.usual_ms = within(f_.usual_ms, 0.0F, static_cast<float>(kMostPatienceNs / 1e6));
  f_.round = within(f_.round, kShortestRound, static_cast<int>(kWidest));
}

bool ReleaseWindow::is_used(std::int64_t under_way) const {
  return static_cast<double>(under_way) >= kUsed * f_.width;
}

void ReleaseWindow::heard(std::int64_t now_ns, std::int64_t took_ns, std::int64_t under_way) {
  const double ns = static_cast<double>(std::max(took_ns, kQuickNs));
  const double log_ns = std::log(ns);
  f_.least_ns = f_.timed == 0 ? ns : std::min(f_.least_ns, ns);
  f_.sum_ns += ns;
  ++f_.timed;
  f_.log_sum += log_ns;
  f_.log_squares += log_ns * log_ns;
  if (f_.slow_start != 0 && is_used(under_way))
    set_width(f_.width + std::min(1.0, kMostMoreARound / f_.width));
  count_answer(now_ns, under_way);
}

void ReleaseWindow::heard_failure(std::int64_t now_ns) {
  ++f_.failures;
  count_answer(now_ns, 0);
}

void ReleaseWindow::count_answer(std::int64_t now_ns, std::int64_t under_way) {
  f_.last_heard_ns = now_ns;
  f_.doublings = 0;
  if (++f_.answers >= f_.round) end_round(under_way);
}

void ReleaseWindow::end_round(std::int64_t under_way) {
  const double slope = f_.timed == 0 ? 1 : gradient();
  const double behind = f_.timed == 0 ? 0 : queued(under_way);
  if (f_.timed != 0) f_.usual_ms = static_cast<float>(f_.sum_ns / f_.timed / 1e6);
  const bool failed = f_.failures * kFailures > f_.answers;
  if (failed)
    set_width(f_.width / 2);
  else if (slope < 1)
    set_width(f_.width * slope + std::sqrt(f_.width));
  else if (f_.slow_start == 0 && behind > kMostQueued)
    set_width(f_.width - std::sqrt(f_.width));
  else if (f_.slow_start == 0 && behind <= kQueued && is_used(under_way))
    set_width(f_.width + std::sqrt(f_.width));
  if (failed || slope < 1 || behind > kQueued) f_.slow_start = 0;
  begin_round();
}

// Of those under way how many the host has not begun with, by Little's law: in a queue each waits,
// the quickest page too. A page that passes the queue by hides it; then the others' times tell.
double ReleaseWindow::queued(std::int64_t under_way) {
  if (f_.least_ever_ns == 0 || f_.least_ns < f_.least_ever_ns) f_.least_ever_ns = f_.least_ns;
  const double waits = f_.least_ns - f_.least_ever_ns;
  return static_cast<double>(under_way) * waits * f_.timed / f_.sum_ns;
}

// 1 where the round was not slow.
double ReleaseWindow::gradient() {
  const Time now = round_time();
  if (f_.has_fastest == 0 || now.log_ns < f_.fastest_log) {
    f_.fastest_log = now.log_ns;
    f_.fastest_variance = now.variance;
    f_.has_fastest = 1;
  }
  const double vary = kStandardErrors * std::sqrt(now.variance + f_.fastest_variance);
  const double longer = now.log_ns - f_.fastest_log - vary;
  return std::clamp(kTolerance * std::exp(-longer), kSteepest, 1.0);
}

ReleaseWindow::Time ReleaseWindow::round_time() const {
  const double mean = f_.log_sum / f_.timed;
  return {mean, std::max(f_.log_squares / f_.timed - mean * mean, 0.0) / f_.timed};
}

void ReleaseWindow::begin_round() {
  f_.round = f_.slow_start != 0 ? kShortestRound : std::max(width(), kShortestRound);
  f_.answers = f_.timed = f_.failures = 0;
  f_.sum_ns = f_.least_ns = 0;
  f_.log_sum = f_.log_squares = 0;
}

std::int64_t ReleaseWindow::patience_ns() const {
  const double quick = f_.has_fastest != 0 ? std::exp(f_.fastest_log) : 0;
  const double usual = static_cast<double>(f_.usual_ms) * 1e6;
  const double least = std::clamp(std::max(kPatience * quick, kPatienceNow * usual),
                                  kLeastPatienceNs, kMostPatienceNs);
  return static_cast<std::int64_t>(least) << f_.doublings;
}

void ReleaseWindow::look_for_silence(std::int64_t now_ns) {
  if (now_ns - f_.last_heard_ns < patience_ns()) return;
  set_width(kNarrowest);
  f_.slow_start = 1;
  f_.last_heard_ns = now_ns;
  if (f_.doublings < kMostDoublings) ++f_.doublings;
  begin_round();
}

void ReleaseWindow::set_width(double width) { f_.width = std::clamp(width, kNarrowest, kWidest); }

}  // namespace cutover
