// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/cutover/visits.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "tests/bench/statistics.h"

namespace cutover::bench {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kOnItsWay = 5'000'000;  // an answer, from the host to its visitor

double ms(std::int64_t ns) { return static_cast<double>(ns) / 1e6; }

[[noreturn]] void refuse(const std::string& what, const Visit& v, std::int64_t flip_ns) {
  throw std::runtime_error(what + ": " + (v.post ? "a POST" : "a GET") + " that began " +
                           std::to_string(ms(v.begin_ns - flip_ns)) + " ms after it and took " +
                           std::to_string(ms(v.end_ns - v.begin_ns)) +
                           " ms: " + (v.problem.empty() ? "the other host answered" : v.problem));
}

void require_a_whole_move(const std::vector<Visit>& visits, std::int64_t flip_ns) {
  if (visits.empty() || visits.back().end_ns < flip_ns + kSecond)
    throw std::runtime_error("the visitors left before the move was over");
  const std::int64_t last_second = visits.back().end_ns - kSecond;
  if (visits.front().end_ns >= flip_ns)
    throw std::runtime_error("nobody was answered before the move");
  for (const Visit& v : visits) {
    if (v.end_ns < flip_ns && v.by != AnsweredBy::kOld)
      refuse("not answered by old before the move", v, flip_ns);
    if (v.begin_ns > last_second && v.by != AnsweredBy::kNew)
      refuse("not answered by new long after the move", v, flip_ns);
  }
}

bool explained(const std::vector<Visit>& answers, std::int64_t begin, std::int64_t end,
               std::int64_t new_serves_ns) {
  return std::any_of(answers.begin(), answers.end(), [&](const Visit& v) {
    const bool worked_on_at_once = v.by == AnsweredBy::kOld || v.begin_ns >= new_serves_ns;
    return worked_on_at_once && v.begin_ns <= begin && v.end_ns >= end;
  });
}

// Those who were held at slow pages are worked on all at once; then the silence ends where new
// began with one of them that ends it.
std::int64_t end_of_silence(const std::vector<harness::Handled>& by_new, std::int64_t begin,
                            std::int64_t end) {
  std::int64_t first = end;
  for (const harness::Handled& h : by_new)
    if (h.begin_ns >= begin && h.end_ns >= end - kOnItsWay) first = std::min(first, h.begin_ns);
  return first;
}

double longest_silence(const std::vector<Visit>& answers, std::int64_t flip_ns,
                       const std::vector<harness::Handled>& by_new, std::int64_t new_serves_ns) {
  double longest = 0;
  for (std::size_t i = 1; i < answers.size(); ++i) {
    const std::int64_t begin = answers[i - 1].end_ns;
    const std::int64_t end = answers[i].end_ns;
    if (end < flip_ns || ms(end - begin) <= longest ||
        explained(answers, begin, end, new_serves_ns))
      continue;
    longest = std::max(longest, ms(end_of_silence(by_new, begin, end) - begin));
  }
  return longest;
}

std::int64_t first_begin(const std::vector<harness::Handled>& handled, std::int64_t since_ns) {
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  for (const harness::Handled& h : handled)
    if (h.begin_ns >= since_ns) first = std::min(first, h.begin_ns);
  return first;
}

}  // namespace

MoveFigures figures_of(std::vector<Visit> visits, const std::vector<harness::Handled>& by_old,
                       const std::vector<harness::Handled>& by_new, std::int64_t flip_ns) {
  std::sort(visits.begin(), visits.end(),
            [](const Visit& a, const Visit& b) { return a.end_ns < b.end_ns; });
  require_a_whole_move(visits, flip_ns);
  const auto overlap = harness::overlap_ms(by_old, by_new, flip_ns);
  if (!overlap) throw std::runtime_error("one of the hosts has handled nothing");

  MoveFigures figures;
  figures.overlap_ms = *overlap;
  std::vector<Visit> answers;
  std::vector<double> waits;
  for (const Visit& v : visits) {
    if (v.by != AnsweredBy::kNobody) answers.push_back(v);
    if (v.end_ns < flip_ns) continue;
    waits.push_back(ms(v.end_ns - v.begin_ns));
    double& longest = v.slow ? figures.longest_slow_ms : figures.longest_quick_ms;
    longest = std::max(longest, waits.back());
    figures.failed += v.by == AnsweredBy::kNobody ? 1 : 0;
    figures.posts_cut += v.post && v.cut ? 1 : 0;
  }
  figures.longest_wait_ms = *std::max_element(waits.begin(), waits.end());
  figures.p99_ms = quantile(waits, 0.99);
  figures.silence_ms = longest_silence(answers, flip_ns, by_new, first_begin(by_new, flip_ns));
  return figures;
}

}  // namespace cutover::bench
