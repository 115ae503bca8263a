// SPDX-License-Identifier: Apache-2.0
#include "shared/figures/slow_paths.h"

#include <algorithm>

#include "shared/words/keyed_digest.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr auto kMemory = 10min;
constexpr std::size_t kMost = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string with_numbers_alike(const std::string& what) {
  std::string text;
  for (const char c : what)
    if (!is_digit(c))
      text += c;
    else if (text.empty() || text.back() != '#')
      text += '#';
  return text;
}

}  // namespace

void SlowPaths::learn(Nanos now, const std::vector<InFlight>& requests) {
  for (const InFlight& request : requests) {
    if (request.age < kSlow) continue;
    const std::string what = with_numbers_alike(without_digest_mark(request.what));
    if (!seen_.contains(what) && seen_.size() >= kMost) forget_one(now);
    Seen& seen = seen_[what];
    if (request.age >= seen.longest || now - seen.at > kMemory)
      seen = {request.age, now, request.kind};
  }
}

void SlowPaths::sample(Nanos now, const std::vector<InFlight>& requests) {
  learn(now, requests);
  const std::int64_t minute = now / 1min;
  if (minutes_.empty() || minutes_.back().number != minute) minutes_.push_back({minute});
  while (minute - minutes_.front().number > kMemory / 1min) minutes_.pop_front();
  ++minutes_.back().looks;
  minutes_.back().late += std::any_of(requests.begin(), requests.end(),
                                      [this](const InFlight& r) { return r.age > drain_; });
}

std::optional<double> SlowPaths::odds_of_a_late_drain(Nanos now) const {
  int looks = 0;
  int late = 0;
  for (const Minute& minute : minutes_) {
    if (now / 1min - minute.number > kMemory / 1min) continue;
    looks += minute.looks;
    late += minute.late;
  }
  if (minutes_.size() < 2) return std::nullopt;
  return static_cast<double>(late) / looks;
}

// One that is out of memory anyway, else the fastest.
void SlowPaths::forget_one(Nanos now) {
  const auto rank = [now](const auto& entry) {
    return now - entry.second.at > kMemory ? Nanos{0} : entry.second.longest;
  };
  seen_.erase(std::min_element(seen_.begin(), seen_.end(),
                               [&](const auto& a, const auto& b) { return rank(a) < rank(b); }));
}

std::vector<SlowRequest> SlowPaths::slowest(Nanos now, std::size_t most) const {
  std::vector<SlowRequest> all;
  for (const auto& [what, seen] : seen_)
    if (now - seen.at <= kMemory)
      all.push_back({what, std::chrono::duration<double, std::milli>(seen.longest).count()});
  std::sort(all.begin(), all.end(),
            [](const SlowRequest& a, const SlowRequest& b) { return a.ms > b.ms; });
  all.resize(std::min(all.size(), most));
  return all;
}

SlowPaths::Nanos SlowPaths::longest(Nanos now) const {
  Nanos longest{0};
  for (const auto& [what, seen] : seen_)
    if (now - seen.at <= kMemory) longest = std::max(longest, seen.longest);
  return longest;
}

std::vector<std::uint64_t> SlowPaths::kinds(Nanos now) const {
  std::vector<const Seen*> all;
  for (const auto& [what, seen] : seen_)
    if (now - seen.at <= kMemory) all.push_back(&seen);
  std::sort(all.begin(), all.end(),
            [](const Seen* a, const Seen* b) { return a->longest > b->longest; });
  std::vector<std::uint64_t> kinds;
  for (const Seen* seen : all)
    if (seen->kind != 0 && std::find(kinds.begin(), kinds.end(), seen->kind) == kinds.end())
      kinds.push_back(seen->kind);
  return kinds;
}

bool SlowPaths::is_quiet(Nanos now, const std::vector<InFlight>& requests) const {
  const std::vector<std::uint64_t> slow = kinds(now);
  return std::none_of(requests.begin(), requests.end(), [&](const InFlight& r) {
    const bool of_slow_kind = std::find(slow.begin(), slow.end(), r.kind) != slow.end();
    return r.age <= drain_ && (r.age >= kSlow || of_slow_kind);
  });
}

}  // namespace cutover
