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
constexpr std::int64_t kLeastPatienceNs = 1'000'000'000;
constexpr int kPatience = 4;  // times the usual time
constexpr int kMostDoublings = 6;

}  // namespace

ReleaseWindow::ReleaseWindow(int most) : most_(std::max(most, 1)) {
  set_width(kFirst);
  begin_round();
}

void ReleaseWindow::begin(std::int64_t now_ns) {
  set_width(kFirst);
  slow_start_ = true;
  fastest_.reset();
  last_heard_ns_ = now_ns;
  doublings_ = 0;
  begin_round();
}

bool ReleaseWindow::is_narrowest() const {
  return under_way_ < std::min(static_cast<int>(kNarrowest), most_);
}

void ReleaseWindow::heard(std::int64_t now_ns, std::int64_t took_ns) {
  const double log_ns = std::log(static_cast<double>(std::max(took_ns, kQuickNs)));
  ++timed_;
  log_sum_ += log_ns;
  log_squares_ += log_ns * log_ns;
  if (slow_start_) set_width(width_ + 1);
  count_answer(now_ns);
}

void ReleaseWindow::heard_failure(std::int64_t now_ns) {
  ++failures_;
  count_answer(now_ns);
}

void ReleaseWindow::count_answer(std::int64_t now_ns) {
  last_heard_ns_ = now_ns;
  doublings_ = 0;
  if (++answers_ >= round_) end_round();
}

void ReleaseWindow::end_round() {
  const double slope = timed_ == 0 ? 1 : gradient();
  const bool failed = failures_ * kFailures > answers_;
  if (failed)
    set_width(width_ / 2);
  else if (slope < 1 || !slow_start_)
    set_width(width_ * slope + std::sqrt(width_));
  if (failed || slope < 1) slow_start_ = false;
  begin_round();
}

// 1 where the round was not slow.
double ReleaseWindow::gradient() {
  const Time now = round_time();
  if (!fastest_ || now.log_ns < fastest_->log_ns) fastest_ = now;
  const double vary = kStandardErrors * std::sqrt(now.variance + fastest_->variance);
  const double longer = now.log_ns - fastest_->log_ns - vary;
  return std::clamp(kTolerance * std::exp(-longer), kSteepest, 1.0);
}

ReleaseWindow::Time ReleaseWindow::round_time() const {
  const double mean = log_sum_ / timed_;
  return {mean, std::max(log_squares_ / timed_ - mean * mean, 0.0) / timed_};
}

void ReleaseWindow::begin_round() {
  round_ = std::max(width(), kShortestRound);
  answers_ = timed_ = failures_ = 0;
  log_sum_ = log_squares_ = 0;
}

std::int64_t ReleaseWindow::patience_ns() const {
  const double usual = fastest_ ? std::exp(fastest_->log_ns) : 0;
  return std::max(static_cast<std::int64_t>(kPatience * usual), kLeastPatienceNs) << doublings_;
}

void ReleaseWindow::look_for_silence(std::int64_t now_ns) {
  if (now_ns - last_heard_ns_ < patience_ns()) return;
  set_width(kNarrowest);
  slow_start_ = true;
  last_heard_ns_ = now_ns;
  doublings_ = std::min(doublings_ + 1, kMostDoublings);
  begin_round();
}

void ReleaseWindow::set_width(double width) {
  const double most = most_;
  width_ = std::clamp(width, std::min(kNarrowest, most), most);
}

}  // namespace cutover
