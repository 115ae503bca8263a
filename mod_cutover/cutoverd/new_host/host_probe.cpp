// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/new_host/host_probe.h"

#include <algorithm>

#include "mod_cutover/cutoverd/new_host/both_hosts.h"
#include "mod_cutover/cutoverd/new_host/front_page.h"

namespace cutover {
namespace {

using Method = HttpQuestion::Method;

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

// A front that is reached by the loopback listens at every address, mostly.
bool UrlProbe::is_front(const std::string& url, const HttpSession& session) const {
  const auto place = session.place_on_this_machine();
  if (!place) return false;
  const std::string name = host_in(url);
  return std::any_of(fronts_.begin(), fronts_.end(), [&](const Front& front) {
    const bool everywhere = front.address == "127.0.0.1" || front.address == "localhost";
    return front.port == place->port && name_in(front.host) == name &&
           (everywhere || front.address == place->address);
  });
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
  HttpQuestion asked = question(Method::kHead, kToWakeUp);
  asked.to_connect = limit;
  asked.headers.emplace_back("Connection: Keep-Alive");  // as mod_proxy; httpd then says how long
  HttpSession session(asked);
  Reading<PageAnswer> answer = session.ask();
  leads_here_ = answer && is_front(asked.url, session);
  if (!answer) answer.error = "the new host " + url_ + " does not answer: " + answer.error;
  return answer;
}

}  // namespace cutover
