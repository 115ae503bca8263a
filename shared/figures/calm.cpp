// SPDX-License-Identifier: Apache-2.0
#include "shared/figures/calm.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "shared/words/phrases.h"

namespace cutover {

double Calm::whole(double pause_ms) { return std::floor(pause_ms / kAlikeMs); }

bool Calm::quieter(const Moment& a, const Moment& b) {
  return std::pair(whole(a.pause_ms), a.per_second) < std::pair(whole(b.pause_ms), b.per_second);
}

// Nothing before they were counted for long enough.
std::optional<double> Calm::per_second(Nanos now, std::uint64_t served) {
  counts_.push_back({now, served});
  while (counts_.size() > 1 && now - counts_[1].at >= kCounted) counts_.pop_front();
  const Count& from = counts_.front();
  if (now - from.at < kCounted) return std::nullopt;
  return static_cast<double>(served - from.served) /
         std::chrono::duration<double>(now - from.at).count();
}

void Calm::look(Nanos now, std::optional<double> pause_ms, std::uint64_t served) {
  const std::optional<double> rate = per_second(now, served);
  now_.reset();
  if (pause_ms && rate) now_ = Moment{*pause_ms, *rate};
  while (!samples_.empty() && now - samples_.front().at > kWindow) samples_.pop_front();
  if (!now_ || (!samples_.empty() && now - samples_.back().at < kEach)) return;
  samples_.push_back({now, *now_});
}

std::string Calm::awaits() const {
  const auto least = static_cast<std::size_t>(kLeast / kEach);
  if (samples_.size() < least) {
    const auto left = static_cast<std::int64_t>(least - samples_.size()) * kEach;
    const auto minutes = std::chrono::ceil<std::chrono::minutes>(left).count();
    return "a quiet moment: the site is watched for " + std::to_string(minutes) +
           " min more before one can be told";
  }
  if (!now_) return "a quiet moment: no pause can be foretold just now";
  std::vector<Moment> moments;
  moments.reserve(samples_.size());
  for (const Sample& sample : samples_) moments.push_back(sample.moment);
  const auto tenth = moments.begin() + static_cast<std::ptrdiff_t>((moments.size() - 1) / 10);
  std::nth_element(moments.begin(), tenth, moments.end(), quieter);
  if (!quieter(*tenth, *now_)) return {};
  if (whole(tenth->pause_ms) < whole(now_->pause_ms))
    return "a quiet moment: a pause of " + one_decimal(now_->pause_ms) +
           " ms is foretold, and the shortest tenth of the last hour's were " +
           one_decimal(tenth->pause_ms) + " ms at most";
  return "a quiet moment: " + one_decimal(now_->per_second) +
         " requests a second come, and in the quietest tenth of the last hour " +
         one_decimal(tenth->per_second) + " at most";
}

}  // namespace cutover
