// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/new_host/latency.h"

#include <algorithm>

namespace cutover {
namespace {

constexpr int kQuestions = 5;

}  // namespace

Nanos latency(Pages& pages, const FrontPage& first, Nanos limit) {
  std::vector<Nanos> took;
  for (int i = 0; i < kQuestions && limit > Nanos(0); ++i) {
    const Reading<PageAnswer> answer = pages.get({Side::kNew, first.front, "/", ""}, limit);
    if (!answer) break;
    took.push_back(answer->took);
    limit -= answer->took;
  }
  if (took.empty()) return first.answer.took;
  const auto middle = took.begin() + static_cast<std::ptrdiff_t>(took.size() / 2);
  std::nth_element(took.begin(), middle, took.end());
  return *middle;
}

}  // namespace cutover
