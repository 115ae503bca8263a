// SPDX-License-Identifier: Apache-2.0
// Whom else the fence meets: it is the whole server's, and after a switch it stays for good.
#include <algorithm>
#include <iterator>

#include "mod_cutover/cutoverd/databases/checks/accounts/looks.h"
#include "mod_cutover/cutoverd/databases/checks/accounts/reach.h"
#include "mod_cutover/cutoverd/databases/checks/accounts/whose.h"

namespace cutover {
namespace {

using Names = std::set<std::string>;
constexpr std::size_t kNamed = 6;

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
  Names schemas;  // of these accounts
  std::vector<AccountName> accounts;
  Names unused;  // schemas that none but the server's own accounts write
};

Names of_the_site(const Scene& scene, const Rights& rights, const Names& schemas) {
  Names all;
  for (const AccountName& name : application_accounts(scene, rights)) {
    const Writes writes = writes_of(rights, rights.reach_with_everyones(name), schemas);
    if (writes.everything) return schemas;
    all.insert(writes.schemas.begin(), writes.schemas.end());
  }
  return all;
}

Strangers strangers(const Scene& scene, const Rights& rights, const Names& schemas) {
  const Names ours = of_the_site(scene, rights, schemas);
  const Names behind(scene.site.leave_behind.begin(), scene.site.leave_behind.end());
  Strangers others;
  Names theirs;  // schemas of accounts that are left behind
  for (const auto& [name, account] : rights.accounts) {
    if (!concerns(scene, rights, name, account) || is_the_applications(scene, name)) continue;
    Writes writes = writes_of(rights, rights.reach(name), schemas);
    const bool left = is_left_behind(scene.site, name);
    if (!left)
      std::erase_if(writes.schemas,
                    [&](const auto& s) { return behind.contains(s) && !ours.contains(s); });
    if (!left && (writes.everything || !writes.schemas.empty())) others.accounts.push_back(name);
    Names& to = left ? theirs : others.schemas;
    to.insert(writes.schemas.begin(), writes.schemas.end());
  }
  const auto is_ours = [&](const std::string& schema) { return ours.contains(schema); };
  std::erase_if(others.schemas, is_ours);
  std::copy_if(schemas.begin(), schemas.end(), std::inserter(others.unused, others.unused.end()),
               [&](const std::string& schema) {
                 return !is_ours(schema) && !behind.contains(schema) && !theirs.contains(schema) &&
                        !others.schemas.contains(schema);
               });
  return others;
}

std::string counted(const std::vector<std::string>& names, const char* one, const char* many) {
  const std::string what = names.size() == 1 ? one : std::to_string(names.size()) + " " + many;
  return what + " " + first_few(names);
}

// Those by which all would be named.
std::string directive(const Names& schemas, const std::vector<AccountName>& accounts) {
  std::vector<std::string> names(schemas.begin(), schemas.end());
  for (const AccountName& account : accounts) names.push_back(account.shown());
  const bool more = names.size() > kNamed;
  if (more) names.resize(kNamed);
  return "CutoverLeaveBehind " + joined(names, " ") + (more ? " ..." : "");
}

std::vector<std::string> listed(const Names& names) { return {names.begin(), names.end()}; }

Finding judged(const Scene& scene, const Strangers& others) {
  const std::string label = scene.leaving.label();
  if (others.accounts.empty() && others.unused.empty())
    return Finding::pass("nothing on " + label + " is another site's");
  if (others.accounts.empty())
    return Finding::warn(
        counted(listed(others.unused), "schema", "schemas") + " on " + label +
            ", which no account but the server's own writes: read-only for good, "
            "once this site has left it",
        "move it first, or, known to be left behind: " + directive(others.unused, {}));
  Names schemas = others.schemas;
  schemas.insert(others.unused.begin(), others.unused.end());
  std::vector<std::string> seen;
  if (!schemas.empty()) seen.push_back(counted(listed(schemas), "schema", "schemas"));
  std::vector<std::string> names;
  for (const AccountName& account : others.accounts) names.push_back(account.shown());
  seen.push_back(counted(names, "account", "accounts"));
  return Finding::block(
      "read-only on " + label + " for good, once this site has left it: " + joined(seen, "; "),
      "what is this site's: app-user= in " + scene.leaving.options().origin +
          "; what is not: move it first, or, known to be left behind: " +
          directive(schemas, others.accounts));
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
  return judged(scene, strangers(scene, rights, schemas));
}

}  // namespace cutover
