// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/host_probe.h"

#include <algorithm>

#include "mod_cutover/cutoverd/site_pages.h"

namespace cutover {
namespace {

using Method = HttpQuestion::Method;

constexpr int kQuestions = 6;

}  // namespace

UrlProbe::UrlProbe(const SiteSettings& site) : url_(site.new_host), fronts_(site.fronts) {}

bool UrlProbe::can_ask() const {
  return url_.starts_with("http://") || url_.starts_with("https://");
}

HttpQuestion UrlProbe::question(Method method, Nanos limit) const {
  HttpQuestion question = question_to_new(url_, fronts_.empty() ? nullptr : &fronts_.front(), "/");
  question.method = method;
  question.limit = limit;
  return question;
}

Answer UrlProbe::connects(Nanos limit) {
  if (!can_ask()) return Answer::yes();
  const Reading<PageAnswer> asked = HttpSession(question(Method::kConnect, limit)).ask();
  if (asked) return Answer::yes();
  return Answer::no("the new host " + url_ + " does not answer: " + asked.error);
}

Reading<int> UrlProbe::status(Nanos limit) {
  const Reading<PageAnswer> answer = look(limit);
  if (!answer) return {std::nullopt, answer.error};
  return {answer->status, {}};
}

Reading<PageAnswer> UrlProbe::look(Nanos limit) {
  if (!can_ask()) return {std::nullopt, "only http and https URLs can be asked"};
  Reading<PageAnswer> answer = HttpSession(question(Method::kHead, limit)).ask();
  if (!answer) answer.error = "the new host " + url_ + " does not answer: " + answer.error;
  return answer;
}

Reading<Nanos> UrlProbe::latency(Nanos limit) {
  if (!can_ask()) return {std::nullopt, "only http and https URLs can be asked"};
  HttpSession session(question(Method::kHead, limit / kQuestions));
  std::vector<Nanos> times;
  for (int i = 0; i < kQuestions; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    if (const auto answer = session.ask(); !answer) return {std::nullopt, answer.error};
    if (i > 0) times.emplace_back(std::chrono::steady_clock::now() - begin);  // 0 connects
  }
  std::nth_element(times.begin(), times.begin() + kQuestions / 2, times.end());
  return {times[kQuestions / 2], ""};
}

}  // namespace cutover
