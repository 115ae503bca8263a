// SPDX-License-Identifier: Apache-2.0
#include "shared/pages/cookies.h"

#include <algorithm>
#include <map>
#include <set>

#include "shared/words/excerpt.h"

namespace cutover {

const char* const kLoggedOut =
    "visitors would be logged out: keep the sessions in the database, or in one store that both "
    "hosts read, and give both the same signing key (the guide, step 2)";

namespace {

constexpr std::size_t kMostShown = 3;

// A name, and all that is said of it in either answer: a session is not always renewed at once.
using Cookies = std::map<std::string, std::set<std::vector<std::string>>>;

Cookies cookies_of(const Answers& answers) {
  Cookies all;
  for (const PageAnswer* answer : {&answers.first, &answers.second})
    for (const std::string& header : answer->set_cookies) {
      CookieSet set = cookie_set(header);
      all[set.name].insert(std::move(set.attributes));
    }
  return all;
}

std::string told(const Cookies& cookies, const std::string& name) {
  const auto found = cookies.find(name);
  if (found == cookies.end()) return "not set";
  std::string text;
  for (const auto& attributes : found->second) {
    text += text.empty() ? "set" : ", then";
    for (const std::string& attribute : attributes) text += " " + attribute + ";";
    if (text.back() == ';') text.pop_back();
  }
  return excerpt(text);
}

}  // namespace

void compare_cookies(const Probed& probed, Findings& findings) {
  const Cookies by_old = cookies_of(probed.of_old);
  const Cookies by_new = cookies_of(probed.of_new);
  const auto& session = probed.cookie_names;
  std::set<std::string> names;
  for (const Cookies* cookies : {&by_old, &by_new})
    for (const auto& [name, said] : *cookies) names.insert(name);
  std::size_t told_of = 0;
  for (const std::string& name : names) {
    const auto one = by_old.find(name);
    const auto other = by_new.find(name);
    const bool replaced =
        one == by_old.end() && std::find(session.begin(), session.end(), name) != session.end();
    if (replaced)
      findings.block("the new host replaces the session's cookie " + excerpt(name) +
                         ", which the old host leaves as it is",
                     kLoggedOut);
    else if (one == by_old.end() || other == by_new.end() || one->second != other->second)
      if (++told_of <= kMostShown)
        findings.warn({"the cookie " + excerpt(name), told(by_old, name), told(by_new, name)},
                      "see why the two hosts do not set it alike");
  }
}

}  // namespace cutover
