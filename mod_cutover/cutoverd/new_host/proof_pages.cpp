// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/new_host/proof_pages.h"

#include "mod_cutover/cutoverd/new_host/front_page.h"
#include "shared/words/harmless.h"
#include "shared/words/phrases.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kOneQuestion = 2s;
constexpr int kMostHops = 3;

Check blocked(const std::string& seen, const std::string& remedy) {
  return {"proof", CheckVerdict::kBlock, seen, remedy};
}

}  // namespace

// A vhost that only says that the site is at another of its vhosts is left for that one, as a
// browser would.
Reading<ProofPages::Known> ProofPages::ask_old(const PageProbe& probe) {
  Reading<Known> known{std::nullopt, "no vhost of the site has a port that httpd listens at"};
  const Front* front = settings_.fronts.empty() ? nullptr : &settings_.fronts.front();
  for (int hop = 0; front != nullptr && hop <= kMostHops; ++hop) {
    const Cookies sent = cookies_for(probe.cookies, name_in(front->host), probe.path);
    if (sent.empty() && !probe.cookie_file.empty())
      return {std::nullopt,
              probe.cookie_file + " has no cookie for " + name_in(front->host) + probe.path};
    const std::string cookies = cookie_header(sent);
    const Reading<PageAnswer> answer =
        pages_->get({Side::kOld, *front, probe.path, cookies}, kOneQuestion);
    if (!answer) return {std::nullopt, "the old host does not answer: " + harmless(answer.error)};
    known.value = Known{*front, cookies, shown(*answer, probe.path, *front, settings_.new_host)};
    front = front_it_leads_to(settings_.fronts, *front, probe.path, answer->location);
  }
  return known;
}

std::optional<Check> ProofPages::look() {
  if (probes_.empty()) return std::nullopt;
  for (std::size_t page = 0; page < probes_.size(); ++page) {
    const PageProbe& probe = probes_[page];
    known_[page].reset();
    if (!probe.trouble.empty())
      return blocked(probe.trouble, "mend the cookie file, then `apachectl graceful`");
    if (pages_ == nullptr) return blocked("no page can be asked for", "");
    const Reading<Known> known = ask_old(probe);
    if (!known)
      return blocked(probe.path + ": " + known.error,
                     "see that this host can ask its own vhost for it within 2 s; or name another "
                     "page");
    if (known->of_old.status >= 400)
      return blocked(probe.path + ": the old host itself answers with status " +
                         std::to_string(known->of_old.status),
                     "name a page that works there, or a session for it");
    const bool outside = known->of_old.asks_password || !known->of_old.leads_to.empty();
    if (!probe.cookie_file.empty() && outside)
      return blocked(probe.path + ": the session of " + probe.cookie_file +
                         " is not logged in on the old host",
                     "log in there with a browser and copy that cookie");
    known_[page] = *known;
  }
  return row();
}

Check ProofPages::row() const {
  std::vector<std::string> said;
  for (std::size_t page = 0; page < probes_.size(); ++page)
    said.push_back(probes_[page].path + " (status " + std::to_string(known_[page]->of_old.status) +
                   " on old)");
  const std::string seen = "before anybody is let in, the new host is asked for " +
                           joined(said, ", ") + "; a failure leads back";
  for (const auto& [wanted, directive] : {std::pair{settings_.fence, "CutoverFence"},
                                          {settings_.promote, "CutoverPromote"},
                                          {settings_.reverse, "CutoverReverse"}})
    if (settings_.has_databases() && !wanted)
      return {"proof", CheckVerdict::kWarn,
              "a failure would only be said: nothing leads back with " + std::string(directive) +
                  " Off",
              "say On where it is not for others to do; or be ready to mend the new host at once"};
  return {"proof", CheckVerdict::kPass, seen, ""};
}

Answer ProofPages::ask(std::size_t page, Nanos limit) {
  const std::string& path = probes_[page].path;
  const std::optional<Known>& known = known_[page];
  if (!known) return Answer::no(path + ": it is not known what the old host shows");
  const Reading<PageAnswer> answer =
      pages_->get({Side::kNew, known->front, path, known->cookies}, limit);
  if (!answer) return Answer::no(path + ": " + harmless(answer.error));
  const std::string wrong =
      unlike(known->of_old, shown(*answer, path, known->front, settings_.new_host));
  return wrong.empty() ? Answer::yes() : Answer::no(path + ": " + harmless(wrong));
}

}  // namespace cutover
