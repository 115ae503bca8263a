// SPDX-License-Identifier: Apache-2.0
#include "shared/figures/calm.h"

#include <algorithm>
#include <vector>

#include "shared/words/phrases.h"

namespace cutover {

void Calm::look(Nanos now, std::optional<double> pause_ms) {
  now_ = pause_ms;
  while (!samples_.empty() && now - samples_.front().at > kWindow) samples_.pop_front();
  if (!pause_ms || (!samples_.empty() && now - samples_.back().at < kEach)) return;
  samples_.push_back({now, *pause_ms});
}

std::string Calm::awaits() const {
  if (!now_) return "a quiet moment: no pause can be foretold just now";
  const auto least = static_cast<std::size_t>(kLeast / kEach);
  if (samples_.size() < least) {
    const auto left = static_cast<std::int64_t>(least - samples_.size()) * kEach;
    const auto minutes = std::chrono::ceil<std::chrono::minutes>(left).count();
    return "a quiet moment: the site is watched for " + std::to_string(minutes) +
           " min more before one can be told";
  }
  std::vector<double> pauses;
  pauses.reserve(samples_.size());
  for (const Sample& sample : samples_) pauses.push_back(sample.pause_ms);
  const auto tenth = pauses.begin() + static_cast<std::ptrdiff_t>((pauses.size() - 1) / 10);
  std::nth_element(pauses.begin(), tenth, pauses.end());
  if (*now_ <= *tenth) return {};
  return "a quiet moment: a pause of " + one_decimal(*now_) +
         " ms is foretold, and the shortest "
         "tenth of the last hour's were " +
         one_decimal(*tenth) + " ms at most";
}

}  // namespace cutover
