// SPDX-License-Identifier: Apache-2.0
// The greedy algorithm of E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986).
#include "shared/pages/word_gaps.h"

#include <algorithm>
#include <optional>

namespace cutover {
namespace {

using List = std::vector<std::string_view>;
using Index = std::ptrdiff_t;

constexpr Index kMostEdits = 1500;
constexpr Index kMostSteps = 30'000'000;

// A part of a list.
struct Part {
  const List& words;
  Index begin;
  Index size;
  std::string_view operator[](Index i) const { return words[static_cast<std::size_t>(begin + i)]; }
};

// How far one gets on diagonal k (k = x - y) with d edits, for every k of -d, -d + 2 ... d.
class Reach {
 public:
  explicit Reach(Index d) : d_(d), x_(static_cast<std::size_t>(d) + 1, -1) {}
  Index& at(Index k) { return x_[static_cast<std::size_t>((k + d_) / 2)]; }
  Index at(Index k) const { return x_[static_cast<std::size_t>((k + d_) / 2)]; }
  bool has(Index k) const { return k >= -d_ && k <= d_; }

 private:
  Index d_;
  std::vector<Index> x_;
};

// Came to diagonal k by a word that only `other` has; else by one that only `one` has.
bool came_down(const Reach& before, Index k) {
  if (!before.has(k - 1)) return true;
  return before.has(k + 1) && before.at(k - 1) < before.at(k + 1);
}

// One Reach for each number of edits, up to the one that gets to the end of both. Nothing where
// that takes too much.
std::optional<std::vector<Reach>> search(const Part& one, const Part& other) {
  std::vector<Reach> reached;
  Index steps = 0;
  for (Index d = 0; d <= kMostEdits && steps < kMostSteps; ++d) {
    Reach now(d);
    for (Index k = -d; k <= d; k += 2) {
      Index x = 0;
      if (d > 0) {
        const Reach& before = reached.back();
        x = came_down(before, k) ? before.at(k + 1) : before.at(k - 1) + 1;
      }
      const Index from = x;
      while (x < one.size && x - k < other.size && one[x] == other[x - k]) ++x;
      steps += x - from + 1;
      now.at(k) = x;
      if (x >= one.size && x - k >= other.size) {
        reached.push_back(std::move(now));
        return reached;
      }
    }
    reached.push_back(std::move(now));
  }
  return std::nullopt;
}

// Backwards from the end: each edit by itself, those that touch each other in one gap.
std::vector<Gap> trace_back(const std::vector<Reach>& reached, const Part& one, const Part& other) {
  std::vector<Gap> gaps;
  Index x = one.size;
  Index y = other.size;
  for (auto d = static_cast<Index>(reached.size()) - 1; d > 0; --d) {
    const Reach& before = reached[static_cast<std::size_t>(d - 1)];
    const bool down = came_down(before, x - y);
    const Index k = down ? x - y + 1 : x - y - 1;
    const Index x_before = before.at(k);
    const Index y_before = x_before - k;
    const Index x_after = down ? x_before : x_before + 1;
    const Index y_after = down ? y_before + 1 : y_before;
    const auto place = [](const Part& part, Index i) {
      return static_cast<std::size_t>(part.begin + i);
    };
    if (!gaps.empty() && gaps.back().one == place(one, x_after) &&
        gaps.back().other == place(other, y_after)) {
      gaps.back().one = place(one, x_before);
      gaps.back().other = place(other, y_before);
    } else {
      gaps.push_back({place(one, x_before), place(one, x_after), place(other, y_before),
                      place(other, y_after)});
    }
    x = x_before;
    y = y_before;
  }
  std::reverse(gaps.begin(), gaps.end());
  return gaps;
}

}  // namespace

std::vector<Gap> gaps_between(const List& one, const List& other) {
  const std::size_t shorter = std::min(one.size(), other.size());
  std::size_t head = 0;
  while (head < shorter && one[head] == other[head]) ++head;
  std::size_t tail = 0;
  while (tail < shorter - head && one[one.size() - 1 - tail] == other[other.size() - 1 - tail])
    ++tail;
  const std::size_t one_end = one.size() - tail;
  const std::size_t other_end = other.size() - tail;
  if (head == one_end && head == other_end) return {};
  const auto part = [head](const List& words, std::size_t end) {
    return Part{words, static_cast<Index>(head), static_cast<Index>(end - head)};
  };
  const Part middle = part(one, one_end);
  const Part other_middle = part(other, other_end);
  if (const auto reached = search(middle, other_middle))
    return trace_back(*reached, middle, other_middle);
  return {{head, one_end, head, other_end}};
}

}  // namespace cutover
