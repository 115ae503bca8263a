// SPDX-License-Identifier: Apache-2.0
// Whom else the fence meets: it is the whole server's, and after a switch it stays for good.
#include <algorithm>
#include <optional>

#include "mod_cutover/cutoverd/databases/checks/accounts/looks.h"
#include "mod_cutover/cutoverd/databases/checks/accounts/reach.h"
#include "mod_cutover/cutoverd/databases/checks/accounts/whose.h"

namespace cutover {
namespace {

using Names = std::set<std::string>;

// An empty one loses nothing.
Result schemas_with_tables(Scene& scene) {
  return scene.ask(scene.leaving,
                   "SELECT DISTINCT TABLE_SCHEMA AS name FROM information_schema.tables "
                   "WHERE TABLE_SCHEMA NOT IN ('mysql', 'sys', 'information_schema', "
                   "'performance_schema', 'mod_cutover')");
}

bool is_left_behind(const SiteSettings& site, const AccountName& account) {
  return std::any_of(site.leave_behind.begin(), site.leave_behind.end(),
                     [&](const std::string& name) { return is_named_by(name, account); });
}

bool concerns(const Scene& scene, const Rights& rights, const AccountName& name,
              const Account& account) {
  const bool everyones =
      std::find(rights.everyones.begin(), rights.everyones.end(), name) != rights.everyones.end();
  if (everyones) return true;
  return !account.is_role && !account.locked && !is_the_servers(name.user) &&
         !is_ours(scene, name.user);
}

struct Strangers {
  Names schemas;
  std::vector<AccountName> accounts;
};

Strangers strangers(const Scene& scene, const Rights& rights, Names schemas) {
  Names of_the_site;
  for (const AccountName& name : application_accounts(scene, rights))
    for (const std::string& schema : written(rights, rights.reach_with_everyones(name), schemas))
      of_the_site.insert(schema);
  const Names behind(scene.site.leave_behind.begin(), scene.site.leave_behind.end());
  std::erase_if(schemas, [&](const std::string& schema) {
    return behind.contains(schema) && !of_the_site.contains(schema);
  });
  Strangers others;
  for (const auto& [name, account] : rights.accounts)
    if (concerns(scene, rights, name, account) && !is_the_applications(scene, name) &&
        !is_left_behind(scene.site, name) && writes_any(rights, rights.reach(name), schemas))
      others.accounts.push_back(name);
  std::set_difference(schemas.begin(), schemas.end(), of_the_site.begin(), of_the_site.end(),
                      std::inserter(others.schemas, others.schemas.end()));
  return others;
}

std::string counted(const std::vector<std::string>& names, const char* one, const char* many) {
  const std::string what = names.size() == 1 ? one : std::to_string(names.size()) + " " + many;
  return what + " " + first_few(names);
}

// Those by which all would be named.
std::string directive(const Strangers& others) {
  std::vector<std::string> names(others.schemas.begin(), others.schemas.end());
  for (const AccountName& account : others.accounts) names.push_back(account.shown());
  const bool more = names.size() > 6;
  if (more) names.resize(6);
  return "CutoverLeaveBehind " + joined(names, " ") + (more ? " ..." : "");
}

}  // namespace

Finding other_sites(const Look& look) {
  Scene& scene = look.scene;
  const Rights& rights = look.leaving;
  if (!rights.error.empty()) return Finding::unseen(rights.error, rights_remedy(scene.leaving));
  if (app_users(scene).empty())
    return Finding::warn("not judged: no account of the application is named",
                         "see application-account");
  const Result r = schemas_with_tables(scene);
  if (!r.ok()) return Finding::unseen(r.error, grant_remedy(scene.leaving, "REFERENCES ON *.*"));
  Names schemas;
  for (std::size_t i = 0; i < r.rows.size(); ++i) schemas.insert(r.rows.text(i, {"name"}));
  const Strangers others = strangers(scene, rights, std::move(schemas));
  if (others.schemas.empty() && others.accounts.empty())
    return Finding::pass("nothing on " + scene.leaving.label() + " is another site's");
  std::vector<std::string> seen;
  if (!others.schemas.empty())
    seen.push_back(counted({others.schemas.begin(), others.schemas.end()}, "schema", "schemas"));
  if (!others.accounts.empty()) {
    std::vector<std::string> names;
    for (const AccountName& account : others.accounts) names.push_back(account.shown());
    seen.push_back(counted(names, "account", "accounts"));
  }
  return Finding::block(
      "read-only on " + scene.leaving.label() +
          " for good, once this site has left it: " + joined(seen, "; "),
      "what is this site's: app-user= in " + scene.leaving.options().origin +
          "; what is not: move it first, or, known to be left behind: " + directive(others));
}

}  // namespace cutover
