// SPDX-License-Identifier: Apache-2.0
// Whom no fence stops: by a right of its own, of a role or of everybody, or by calling a procedure
// of somebody's whom none stops.
#include <algorithm>
#include <optional>

#include "mod_cutover/cutoverd/databases/checks/accounts/looks.h"
#include "mod_cutover/cutoverd/databases/checks/accounts/whose.h"

namespace cutover {
namespace {

struct Holder {
  AccountName account;
  AccountName source;  // itself, or the role that has it
  std::string privilege;
};

std::string past_read_only(const Privileges& p) {
  return p.any_of(kReadOnlyAdmin) ? "READ_ONLY ADMIN" : "";
}

std::string lifts_super_read_only(const Privileges& p) {
  if (p.any_of(kSuper)) return "SUPER";
  return p.named.contains("SYSTEM_VARIABLES_ADMIN") ? "SYSTEM_VARIABLES_ADMIN" : "";
}

std::optional<Holder> holder_in(const Rights& rights, const AccountName& name,
                                std::string (*has)(const Privileges&)) {
  for (const AccountName& source : rights.reach_with_everyones(name)) {
    const Account* account = rights.find(source);
    if (account == nullptr) continue;
    const auto global = account->on.find({});
    if (global == account->on.end()) continue;
    if (std::string privilege = has(global->second); !privilege.empty())
      return Holder{name, source, privilege};
  }
  return std::nullopt;
}

std::string shown(const Holder& h) {
  return h.account.shown() + " has " + h.privilege +
         (h.source == h.account ? "" : " by " + h.source.shown());
}

std::string revoked(const Scene& scene, const Holder& h) {
  return "on " + scene.leaving.label() + ", replication carries it: REVOKE " + h.privilege +
         " ON *.* FROM " + h.source.as_sql();
}

// Of the application's accounts on either server.
std::optional<std::pair<Server*, Holder>> holder(const Look& look,
                                                 std::string (*has)(const Privileges&)) {
  for (Server* server : {&look.scene.leaving, &look.scene.arriving}) {
    const Rights& rights = look.of(*server);
    for (const AccountName& account : application_accounts(look.scene, rights))
      if (auto found = holder_in(rights, account, has)) return std::pair(server, *found);
  }
  return std::nullopt;
}

// Whose they are other-sites asks, too; that they go past the fence is no news of an administrator.
std::vector<std::string> other_holders(const Look& look) {
  std::vector<std::string> all;
  for (const auto& [name, account] : look.leaving.accounts)
    if (!account.is_role && !account.locked && !is_the_servers(name.user) &&
        !is_ours(look.scene, name.user) && holder_in(look.leaving, name, past_read_only))
      all.push_back(name.shown());
  return all;
}

// Functions, triggers and views are stopped: what calls them runs with its caller's rights. CALL is
// a statement that changes nothing itself, and what it runs has the definer's.
Result procedures(Scene& scene) {
  return scene.ask(scene.leaving,
                   "SELECT db, name, type, definer FROM mysql.proc WHERE security_type = 'DEFINER' "
                   "AND type IN ('PROCEDURE', 'PACKAGE BODY') AND db NOT IN ('mysql', 'sys')");
}

AccountName account_in(const std::string& definer) {
  const std::size_t at = definer.rfind('@');
  return {definer.substr(0, at), at == std::string::npos ? "" : definer.substr(at + 1)};
}

// What may be called, and by whom: gathered once, however many routines there are.
std::map<Object, AccountName> executable(const Rights& rights,
                                         const std::vector<AccountName>& accounts) {
  std::map<Object, AccountName> all;
  for (const AccountName& name : accounts)
    for (const AccountName& source : rights.reach_with_everyones(name))
      if (const Account* account = rights.find(source))
        for (const auto& [object, has] : account->on)
          if (has.any_of(kExecute)) all.try_emplace(object, name);
  return all;
}

std::optional<AccountName> caller_of(const std::map<Object, AccountName>& executable,
                                     const Object& routine) {
  for (const Object& object : {Object{}, Object{routine.schema, "", "", ""}, routine})
    if (const auto found = executable.find(object); found != executable.end()) return found->second;
  for (const auto& [object, name] : executable)
    if (object.name.empty() && covers(object, routine)) return name;
  return std::nullopt;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

Finding read_only_admin(const Look& look) {
  Scene& scene = look.scene;
  if (!scene.mariadb()) return Finding::pass("super_read_only stops every account");
  if (auto unseen = unreadable(look)) return *unseen;
  const auto found = holder(look, past_read_only);
  if (!found) {
    const std::vector<std::string> others = other_holders(look);
    return Finding::pass("no account of the application has it" +
                         (others.empty() ? "" : "; others have: " + first_few(others)));
  }
  return Finding::block("on " + found->first->label() + " " + shown(found->second) +
                            " and writes in spite of read_only",
                        revoked(scene, found->second));
}

Finding super_accounts(const Look& look) {
  Scene& scene = look.scene;
  if (scene.mariadb()) return Finding::pass("see read-only-admin");
  if (auto unseen = unreadable(look)) return *unseen;
  const auto found = holder(look, lifts_super_read_only);
  if (!found) return Finding::pass("no account of the application can lift the fence");
  return Finding::warn(
      "on " + found->first->label() + " " + shown(found->second) + " and could lift the fence",
      revoked(scene, found->second));
}

Finding definers_past_the_fence(const Look& look) {
  Scene& scene = look.scene;
  if (!scene.mariadb()) return Finding::pass("super_read_only stops whatever a procedure does");
  if (auto unseen = unreadable(look)) return *unseen;
  const Result r = procedures(scene);
  if (!r.ok()) return Finding::unseen(r.error, rights_remedy(scene.leaving));
  const Rights& rights = look.leaving;
  const std::map<Object, AccountName> callable =
      executable(rights, application_accounts(scene, rights));
  std::map<std::string, bool> ignores;  // by definer
  std::vector<std::string> seen;
  std::vector<std::string> remedies;
  for (std::size_t i = 0; i < r.rows.size(); ++i) {
    const std::string definer = r.rows.text(i, {"definer"});
    const auto [known, first] = ignores.try_emplace(definer, false);
    if (first) known->second = holder_in(rights, account_in(definer), past_read_only).has_value();
    if (!known->second) continue;
    const std::string name = r.rows.text(i, {"name"});
    const Object routine{r.rows.text(i, {"db"}), r.rows.text(i, {"type"}), lower(name), ""};
    const auto caller = caller_of(callable, routine);
    if (!caller) continue;
    seen.push_back(routine.schema + "." + name + " of " + definer + ", which " + caller->shown() +
                   " may call");
    remedies.push_back("ALTER " + Object{routine.schema, routine.kind, name, ""}.as_sql() +
                       " SQL SECURITY INVOKER");
  }
  if (seen.empty())
    return Finding::pass("the application calls no procedure of an account that ignores read_only");
  return Finding::block("writes in spite of read_only: " + first_few(seen),
                        "on " + scene.leaving.label() + ": " + remedies.front() +
                            "; or make it anew with a DEFINER that has no READ_ONLY ADMIN");
}

}  // namespace cutover
