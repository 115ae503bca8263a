// SPDX-License-Identifier: Apache-2.0
// Can the application work on the arriving server as it does on the leaving one: the same accounts,
// passwords and rights, and one that lets it in from where it will come.
#include <optional>

#include "mod_cutover/cutoverd/databases/checks/accounts/client_place.h"
#include "mod_cutover/cutoverd/databases/checks/accounts/lacks.h"
#include "mod_cutover/cutoverd/databases/checks/accounts/looks.h"
#include "mod_cutover/cutoverd/databases/checks/accounts/whose.h"

namespace cutover {
namespace {

// One that is another's there, bound to the new host's address instead of the old one's.
std::optional<AccountName> stands_in(const Look& look, const AccountName& here,
                                     const ClientPlace& place) {
  for (const auto& [name, account] : look.arriving.accounts)
    if (name.user == here.user && !account.is_role && !account.locked &&
        lets_in(name.host, place) == LetsIn::kYes)
      return name;
  return std::nullopt;
}

Finding shut_out(const Look& look, const AccountName& account, const std::string& seen,
                 const ClientPlace& place) {
  const std::string by_name = place.without_names ? " by TCP (skip_name_resolve is ON there)" : "";
  const std::string from = (place.local ? "that server itself" : place.address) + by_name;
  const std::string local = place.without_names ? "127.0.0.1" : "localhost";
  const std::string host = place.local ? local : place.address;
  return Finding::warn(seen + ", and none of that name lets anybody in from " + from +
                           ", where the application will be",
                       "on " + look.scene.leaving.label() +
                           ", replication carries it: CREATE USER " +
                           AccountName{account.user, host}.as_sql() +
                           " with the same password, and the GRANTs of " + account.shown());
}

// Of accounts that let somebody in from the same place the one with the narrower host is taken.
bool is_taken_by_nobody(const Look& look, const AccountName& account, const ClientPlace& place) {
  const AccountName nobody{"", "localhost"};
  return place.local && look.arriving.find(nobody) != nullptr &&
         look.leaving.find(nobody) == nullptr && account.host.find('%') != std::string::npos &&
         look.arriving.find({account.user, "localhost"}) == nullptr;
}

Finding lets_the_application_in(const Look& look, const AccountName& account,
                                const std::string& seen, const ClientPlace& place) {
  if (is_taken_by_nobody(look, account, place))
    return Finding::warn(
        "who comes from " + look.scene.arriving.label() + "'s own machine as " + account.user +
            " is ''@localhost there, not " + account.shown(),
        "on " + look.scene.arriving.label() + ": SET sql_log_bin=0; DROP USER ''@localhost");
  for (const auto& [name, there] : look.arriving.accounts)
    if (name.user == account.user && !there.locked && lets_in(name.host, place) != LetsIn::kNo)
      return Finding::pass(seen);
  return shut_out(look, account, seen, place);
}

Finding one_user(const Look& look, const std::string& named,
                 const std::vector<AccountName>& accounts, const ClientPlace& place) {
  Scene& scene = look.scene;
  std::vector<std::string> same;
  for (const AccountName& here : accounts) {
    if (look.leaving.find(here)->locked) continue;
    const bool is_there = look.arriving.find(here) != nullptr;
    const auto there = is_there ? std::optional(here) : stands_in(look, here, place);
    if (!there)
      return Finding::block(here.shown() + " is not there on " + scene.arriving.label(),
                            make_as_there(look, here));
    if (auto lack = lacks(look, here, *there)) return Finding::block(lack->what, lack->remedy);
    if (here != *there && is_salted(*look.arriving.find(*there)))
      return Finding::warn("whether " + there->shown() + " on " + scene.arriving.label() +
                               " has the password of " + here.shown() + " cannot be seen",
                           "log in with it there");
    same.push_back(here == *there ? here.shown() : here.shown() + " (" + there->shown() + ")");
  }
  if (same.empty())
    return Finding::block(
        named + " is locked or expired on " + scene.leaving.label(),
        "name the one that the application uses: app-user= in " + scene.leaving.options().origin);
  return lets_the_application_in(look, accounts.front(),
                                 joined(same) + (same.size() == 1 ? " has" : " have") +
                                     " the same password and rights on both",
                                 place);
}

Finding nobody_named(const Look& look) {
  const Scene& scene = look.scene;
  const std::vector<std::string> users = likely_users(look);
  const std::string file = scene.leaving.options().origin;
  if (users.empty())
    return Finding::block("no account of the application is named, and none was seen",
                          "name it: app-user=... in " + file);
  return Finding::block(
      "no account of the application is named; connected, or with rights on some schema of " +
          scene.leaving.label() + ": " + first_few(users),
      "name those of this site in " + file + ", as in: app-user=" + joined(users, ","));
}

}  // namespace

Finding application_account(const Look& look) {
  Scene& scene = look.scene;
  const std::vector<std::string> named = app_users(scene);
  if (auto unseen = unreadable(look)) return *unseen;
  if (named.empty()) return nobody_named(look);
  const ClientPlace place = application_on(scene, scene.arriving);
  std::optional<Finding> doubt;
  std::vector<std::string> seen;
  for (const std::string& one : named) {
    std::vector<AccountName> accounts;
    for (const AccountName& account : application_accounts(scene, look.leaving))
      if (is_named_by(one, account)) accounts.push_back(account);
    if (accounts.empty())
      return Finding::block("there is no account " + one + " on " + scene.leaving.label(),
                            "correct app-user= in " + scene.leaving.options().origin);
    Finding finding = one_user(look, one, accounts, place);
    if (finding.verdict == CheckVerdict::kBlock) return finding;
    if (finding.verdict == CheckVerdict::kWarn && !doubt) doubt = finding;
    seen.push_back(finding.seen);
  }
  if (doubt) return *doubt;
  return Finding::pass(joined(seen, "; "));
}

}  // namespace cutover
