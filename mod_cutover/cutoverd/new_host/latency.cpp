// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/new_host/latency.h"

#include <algorithm>
#include <ranges>

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr int kMostVhosts = 4;
constexpr int kQuestions = 5;

bool leads(const PageAnswer& answer) { return answer.status >= 300 && answer.status < 400; }

class Watch {
 public:
  Watch(Pages& pages, Nanos limit) : pages_(pages), left_(limit) {}

  Reading<PageAnswer> ask(const Front& front) {
    if (left_ <= 0ns) return {std::nullopt, "it took longer than there is time"};
    Reading<PageAnswer> answer = pages_.get({Side::kNew, front, "/", ""}, left_);
    left_ -= answer ? answer->took : left_;
    return answer;
  }

 private:
  Pages& pages_;
  Nanos left_;
};

}  // namespace

Reading<Nanos> latency_of_new_host(Pages& pages, const std::vector<Front>& fronts, Nanos limit) {
  Watch watch(pages, limit);
  Reading<PageAnswer> first{std::nullopt, "no vhost of the site has a port that httpd listens at"};
  Front chosen;
  for (const Front& front : fronts | std::views::take(kMostVhosts)) {
    chosen = front;
    first = watch.ask(front);
    if (!first || !leads(*first)) break;
  }
  if (!first) return {std::nullopt, first.error};
  std::vector<Nanos> took;
  for (int i = 0; i < kQuestions; ++i)
    if (const Reading<PageAnswer> answer = watch.ask(chosen)) took.push_back(answer->took);
  if (took.empty()) return {first->took, ""};
  const auto middle = took.begin() + static_cast<std::ptrdiff_t>(took.size() / 2);
  std::nth_element(took.begin(), middle, took.end());
  return {*middle, ""};
}

}  // namespace cutover
