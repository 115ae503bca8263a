// SPDX-License-Identifier: Apache-2.0
// What an account has on the leaving server and lacks on the arriving one.
#include "mod_cutover/cutoverd/databases/checks/accounts/lacks.h"

#include <algorithm>

#include "mod_cutover/cutoverd/databases/checks/accounts/whose.h"

namespace cutover {
namespace {

constexpr std::size_t kStatementsTold = 4;
constexpr std::size_t kEnough = 100;  // lacks, to say that it is not made alike

// Where old rights are given once more on the leaving server, replication carries them.
std::string again(const Look& look, std::vector<std::string> statements) {
  const bool more = statements.size() > kStatementsTold;
  if (more) statements.resize(kStatementsTold);
  return "say it once more on " + look.scene.leaving.label() +
         ", replication carries it: " + joined(statements, "; ") +
         (more ? "; and so on, see SHOW GRANTS" : "");
}

bool plugin_is_active(const Look& look, const std::string& plugin) {
  if (plugin.empty()) return true;
  const Result r = look.scene.ask(
      look.scene.arriving, "SELECT COUNT(*) FROM information_schema.plugins WHERE PLUGIN_NAME = " +
                               sql_literal(plugin) + " AND PLUGIN_STATUS = 'ACTIVE'");
  return r.ok() && r.rows.at(0, 0) != "0";
}

std::optional<Lack> login_lacks(const Look& look, const AccountName& name, const Account& here,
                                const Account& there, bool another) {
  const std::string who = name.shown();
  const std::string remedy = make_as_there(look, name);
  if (there.locked)
    return Lack{who + " is locked or expired on " + look.scene.arriving.label(), remedy};
  if (there.login != here.login && !(another && is_salted(there)))
    return Lack{who + " logs in with something else on " + look.scene.arriving.label(), remedy};
  if (there.terms != here.terms)
    return Lack{who + " has another REQUIRE or other limits on " + look.scene.arriving.label(),
                remedy};
  if (plugin_is_active(look, there.plugin)) return std::nullopt;
  return Lack{who + " needs the plugin " + there.plugin + ", which " + look.scene.arriving.label() +
                  " has not got",
              "ALTER USER ... IDENTIFIED WITH one that it has, or load it"};
}

// What an account has on the very object, or on one that is the whole of it.
Privileges on_object(const Account& account, const Object& object) {
  Privileges all;
  for (const Object& wide : {Object{}, Object{object.schema, "", "", ""},
                             Object{object.schema, object.kind, object.name, ""}, object})
    if (const auto found = account.on.find(wide); found != account.on.end()) all.add(found->second);
  return all;
}

// What of `wanted` nothing of `there` covers. Patterns are compared where nothing simpler did.
Privileges uncovered(const Rights& rights, const std::vector<AccountName>& there,
                     const Object& object, Privileges wanted) {
  for (const AccountName& name : there)
    if (const Account* account = rights.find(name)) wanted.remove(on_object(*account, object));
  if (wanted.empty()) return wanted;
  for (const AccountName& name : there)
    if (const Account* account = rights.find(name))
      for (const auto& [wide, has] : account->on)
        if (wide.name.empty() && covers(wide, object)) wanted.remove(has);
  return wanted;
}

std::string grant(const Privileges& lacks, const Object& object, const AccountName& to) {
  const std::string list = as_list(lacks, object.column.empty() ? "" : "`" + object.column + "`");
  return "GRANT " + (list.empty() ? "USAGE" : list) + " ON " + object.as_sql() + " TO " +
         to.as_sql() + (lacks.any_of(kGrantOption) ? " WITH GRANT OPTION" : "");
}

// The installer lets everybody use schemas named test; who cleans up takes that back.
bool is_for_tests(const Rights& rights, const AccountName& source, const Object& object) {
  return (object.schema == "test" || object.schema == "test\\_%") &&
         std::find(rights.everyones.begin(), rights.everyones.end(), source) !=
             rights.everyones.end();
}

std::optional<Lack> rights_lack(const Look& look, const AccountName& here,
                                const AccountName& there) {
  const Rights& leaving = look.leaving;
  const Rights& arriving = look.arriving;
  const std::vector<AccountName> reach = arriving.reach_with_everyones(there);
  const unsigned release = release_of(look.scene.version(look.scene.arriving));
  std::vector<std::string> what;
  std::vector<std::string> statements;
  for (const AccountName& source : leaving.reach_with_everyones(here)) {
    const Account* account = leaving.find(source);
    if (account == nullptr) continue;
    for (const auto& [object, has] : account->on) {
      if (what.size() == kEnough || is_for_tests(leaving, source, object)) continue;
      const Privileges lacks =
          known_to(look.scene.mariadb(), release, uncovered(arriving, reach, object, has));
      if (lacks.empty()) continue;
      const std::string list = as_list(lacks, object.column);
      what.push_back((list.empty() ? "GRANT OPTION" : list) + " on " + object.as_sql());
      statements.push_back(grant(lacks, object, source == here ? there : source));
    }
  }
  if (what.empty()) return std::nullopt;
  return Lack{there.shown() + " lacks on " + look.scene.arriving.label() + " what it has on " +
                  look.scene.leaving.label() + ": " + first_few(what),
              again(look, statements)};
}

std::optional<Lack> roles_lack(const Look& look, const AccountName& here,
                               const AccountName& there) {
  const Rights& arriving = look.arriving;
  const Account& from = *look.leaving.find(here);
  const Account& to = *arriving.find(there);
  for (const AccountName& role : from.roles) {
    if (to.roles.contains(role)) continue;
    const bool is_there = arriving.find(role) != nullptr;
    return Lack{there.shown() + " has not the role " + role.shown() + " on " +
                    look.scene.arriving.label() + (is_there ? "" : ", which has no such role"),
                is_there ? again(look, {"GRANT " + role.as_sql() + " TO " + there.as_sql()})
                         : make_as_there(look, role)};
  }
  for (const AccountName& role : from.default_roles)
    if (!to.default_roles.contains(role))
      return Lack{role.shown() + " is no default role of " + there.shown() + " on " +
                      look.scene.arriving.label() + ": it would have to be set in each session",
                  again(look, {"SET DEFAULT ROLE " + role.as_sql() +
                               (look.scene.mariadb() ? " FOR " : " TO ") + there.as_sql()})};
  return std::nullopt;
}

}  // namespace

bool is_salted(const Account& account) { return account.plugin.find("sha2") != std::string::npos; }

std::string make_as_there(const Look& look, const AccountName& account) {
  return "make " + account.shown() + " on " + look.scene.arriving.label() + " as it is on " +
         look.scene.leaving.label() +
         " (SHOW CREATE USER, SHOW GRANTS), with SET sql_log_bin=0 before";
}

std::optional<Lack> lacks(const Look& look, const AccountName& here, const AccountName& there) {
  const Account& from = *look.leaving.find(here);
  const Account& to = *look.arriving.find(there);
  if (auto lack = login_lacks(look, there, from, to, here != there)) return lack;
  if (auto lack = roles_lack(look, here, there)) return lack;
  return rights_lack(look, here, there);
}

}  // namespace cutover
