// SPDX-License-Identifier: Apache-2.0
#include "shared/pages/probe.h"

#include <algorithm>
#include <tuple>

#include "shared/pages/cookies.h"
#include "shared/pages/redirect.h"
#include "shared/pages/text.h"
#include "shared/protocol/findings.h"
#include "shared/words/excerpt.h"
#include "shared/words/harmless.h"

namespace cutover {
namespace {

constexpr std::size_t kMostShown = 3;
constexpr double kSteadyEnough = 0.5;

constexpr const char* kNotAlike =
    "see what the new host lacks: its error log, its code, files and settings";

// Whether the application cannot write yet or is broken, nobody can tell before it may write.
constexpr const char* kCannotWrite =
    "see its error log: as long as its database is read-only a page that writes fails there. Name "
    "one that only reads; or have this one asked in the switch, when it is writable and nobody is "
    "let in yet: CutoverProof";

constexpr const char* kInCircles =
    "a redirect to the page itself, without end: mostly the new host does not know of TLS, so say "
    "RequestHeader set X-Forwarded-Proto https in the vhost, and there what new-host.conf says of "
    "it";

int kind(const PageAnswer& answer) { return answer.status / 100; }

// 401 and 403 are what a stranger gets, and so is the way to a login page.
bool turns_away(const PageAnswer& answer) {
  return kind(answer) == 3 || answer.status == 401 || answer.status == 403;
}

Sight side_by_side(const std::string& old_host, const std::string& new_host) {
  return {"", old_host, new_host};
}

class Comparison {
 public:
  explicit Comparison(const Probed& probed) : p_(probed) {}

  Check row() {
    look_at_steadiness();
    look_at_status();
    if (!blocked()) look_at_redirects();
    compare_cookies(p_, found_);
    if (!blocked()) {
      look_at_stranger();
      look_at_bodies();
    }
    if (!found_.none()) return found();
    return probe_row(p_.path, CheckVerdict::kPass,
                     "both hosts answer the same, " + told(p_.of_old.first) +
                         (has_session() ? ", and both know the session" : ""),
                     "");
  }

 private:
  Check found() const {
    Check row = probe_row(p_.path, found_.worst(), found_.seen(), found_.remedy());
    row.sights = found_.all();
    row.sights.insert(row.sights.begin(), Sight{harmless(p_.path)});
    return row;
  }
  bool blocked() const { return found_.worst() == CheckVerdict::kBlock; }
  bool has_session() const { return !p_.cookie_names.empty(); }
  Place place(const PageAnswer& answer) const {
    return place_of(answer.location, p_.path, p_.front, p_.new_url);
  }
  std::string told(const PageAnswer& answer) const {
    const std::string status = std::to_string(answer.status);
    if (answer.location.empty()) return status;
    const Place to = place(answer);
    return status + " to " + excerpt(to.path + to.query);
  }

  bool to_itself(const PageAnswer& answer) const {
    const Place to = place(answer);
    return kind(answer) == 3 && to.path + to.query == p_.path;
  }

  void look_at_steadiness() {
    for (const auto& [host, answers] : {std::pair{"old", &p_.of_old}, {"new", &p_.of_new}})
      if (answers->first.status != answers->second.status)
        found_.warn(std::string("the ") + host + " host answers " +
                        std::to_string(answers->first.status) + ", and then " +
                        std::to_string(answers->second.status),
                    "see why it is not the same twice, or name another page");
  }

  void look_at_status() {
    const bool first = kind(p_.of_old.first) != kind(p_.of_new.first);
    const PageAnswer& old_one = first ? p_.of_old.first : p_.of_old.second;
    const PageAnswer& new_one = first ? p_.of_new.first : p_.of_new.second;
    const Sight both = side_by_side(told(old_one), told(new_one));
    if (kind(old_one) != kind(new_one)) {
      if (old_one.status >= 500)
        found_.warn(both, "mend the page on the old host, or name another one");
      else if (new_one.status == 500 && p_.cannot_write_yet)
        found_.warn(both, kCannotWrite);
      else
        found_.block(both, to_itself(new_one)                     ? kInCircles
                           : has_session() && turns_away(new_one) ? kLoggedOut
                                                                  : kNotAlike);
    } else if (old_one.status != new_one.status) {
      found_.warn(both, kNotAlike);
    } else if (old_one.status >= 400) {
      found_.warn("both hosts answer with the error " + told(old_one), "name a page that is there");
    }
  }

  void look_at_redirects() {
    const Place by_old = place(p_.of_old.first);
    const Place by_new = place(p_.of_new.first);
    if (by_new.names_new_host && !p_.front.maps_back)
      found_.warn("the new host redirects to its own name, " + excerpt(p_.of_new.first.location),
                  "no ProxyPreserveHost Off in the site's vhosts, so that it knows theirs; or "
                  "ProxyPassReverse");
    // As with the text: what one host says differently each time is noise.
    const Place old_again = place(p_.of_old.second);
    const Place new_again = place(p_.of_new.second);
    if (by_old.path != old_again.path || by_new.path != new_again.path) return;
    const Sight both = side_by_side(told(p_.of_old.first), told(p_.of_new.first));
    if (by_old.path != by_new.path)
      found_.block(both, has_session() ? kLoggedOut : kNotAlike);
    else if (by_old.query == old_again.query && by_new.query == new_again.query &&
             by_old.query != by_new.query)
      found_.warn(both, kNotAlike);
  }

  // Else a session that has long ended would pass for one that goes on.
  void look_at_stranger() {
    if (!p_.without_session) return;
    const PageAnswer& stranger = *p_.without_session;
    const PageAnswer& known = p_.of_old.first;
    if (stranger.status != known.status || place(stranger).path != place(known).path) return;
    const Words with = normalised(known.body, p_.of_old.second.body);
    if (!differences(with, words_of(stranger.body)).empty()) return;
    found_.warn(
        "the old host answers the same without the cookie, so this says nothing of sessions",
        "log in again and copy the new cookie; or name a page that looks different to who "
        "is logged in");
  }

  void look_at_bodies() {
    const Words by_old = normalised(p_.of_old.first.body, p_.of_old.second.body);
    const Words by_new = normalised(p_.of_new.first.body, p_.of_new.second.body);
    for (const auto& [host, words, answer] :
         {std::tuple{"old", &by_old, &p_.of_old.first}, {"new", &by_new, &p_.of_new.first}})
      if (steady_part(*words, answer->body) < kSteadyEnough)
        return found_.warn(std::string("most of the page is another one each time that the ") +
                               host + " host is asked",
                           "name a page that changes less");
    const std::vector<TextDifference> all = differences(by_old, by_new);
    for (std::size_t i = 0; i < std::min(all.size(), kMostShown); ++i)
      found_.warn(side_by_side(excerpt(all[i].one), excerpt(all[i].other)),
                  "see whether visitors would mind; code, files and settings are to be the same on "
                  "both hosts");
    if (all.size() > kMostShown)
      found_.warn("and " + std::to_string(all.size() - kMostShown) + " more differences", "");
  }

  const Probed& p_;
  Findings found_;
};

void hide_secrets(Probed& probed) {
  std::vector<PageAnswer*> all{&probed.of_old.first, &probed.of_old.second, &probed.of_new.first,
                               &probed.of_new.second};
  if (probed.without_session) all.push_back(&*probed.without_session);
  for (PageAnswer* answer : all) {
    conceal(answer->body, probed.secrets);
    conceal(answer->location, probed.secrets);
    for (std::string& cookie : answer->set_cookies) conceal(cookie, probed.secrets);
  }
}

}  // namespace

Check probe_row(const std::string& path, CheckVerdict verdict, const std::string& seen,
                const std::string& remedy) {
  return {"probe", verdict, harmless(path) + ": " + seen, remedy};
}

Check compare(Probed probed) {
  hide_secrets(probed);
  Check row = Comparison(probed).row();
  // Once more: what is put into lower case can become the secret.
  conceal(row.seen, probed.secrets);
  for (Sight& sight : row.sights)
    for (std::string* words : {&sight.words, &sight.by_old, &sight.by_new})
      conceal(*words, probed.secrets);
  return row;
}

}  // namespace cutover
