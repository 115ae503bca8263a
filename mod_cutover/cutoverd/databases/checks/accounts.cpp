// SPDX-License-Identifier: Apache-2.0
// Preflight: the application's accounts, and those whom no fence stops.
#include "mod_cutover/cutoverd/databases/checks/rows.h"

namespace cutover {
namespace {

std::string host_part(const std::string& account) {
  const std::size_t at = account.find('@');
  return at == std::string::npos ? std::string() : account.substr(at + 1);
}

std::string where_account(const std::string& account) {
  std::string sql = " WHERE User = " + quoted(user_part(account));
  if (!host_part(account).empty()) sql += " AND Host = " + quoted(host_part(account));
  return sql;
}

// What an account logs in with, in one text: equal texts mean that the same password works.
Result logins(Scene& scene, Server& server, const std::string& account) {
  if (server.dialect().is_mariadb()) {
    return scene.ask(
        server,
        "SELECT Host, CONCAT_WS(' ', JSON_VALUE(Priv, '$.plugin'), "
        "SHA2(COALESCE(JSON_VALUE(Priv, '$.authentication_string'), ''), 256)) AS how, "
        "JSON_VALUE(Priv, '$.plugin') AS plugin, "
        "JSON_VALUE(Priv, '$.account_locked') IN ('true', '1') AS locked "
        "FROM mysql.global_priv" +
            where_account(account));
  }
  return scene.ask(server,
                   "SELECT Host, CONCAT_WS(' ', plugin, SHA2(authentication_string, 256)) AS how, "
                   "plugin, account_locked = 'Y' OR password_expired = 'Y' AS locked "
                   "FROM mysql.user" +
                       where_account(account));
}

bool plugin_is_active(Scene& scene, Server& server, const std::string& plugin) {
  const Result r =
      scene.ask(server, "SELECT COUNT(*) FROM information_schema.plugins WHERE PLUGIN_NAME = " +
                            quoted(plugin) + " AND PLUGIN_STATUS = 'ACTIVE'");
  return r.ok() && r.rows.at(0, 0) != "0";
}

Finding login_on_arriving(Scene& scene, const std::string& account) {
  const Result here = logins(scene, scene.leaving, account);
  if (!here.ok())
    return Finding::unseen(here.error, grant_remedy(scene.leaving, "SELECT ON mysql.*"));
  const Result there = logins(scene, scene.arriving, account);
  if (!there.ok()) {
    return Finding::unseen(there.error, grant_remedy(scene.arriving, "SELECT ON mysql.*"));
  }
  if (here.rows.empty()) {
    return Finding::block("there is no account " + account + " on " + scene.leaving.label(),
                          "correct app-user= in " + scene.leaving.options().origin);
  }
  const std::string remedy = "make the account on " + scene.arriving.label() + " as it is on " +
                             scene.leaving.label() + " (SHOW CREATE USER)";
  for (std::size_t i = 0; i < here.rows.size(); ++i) {
    const std::string who = user_part(account) + "@" + here.rows.text(i, {"Host"});
    bool found = false;
    for (std::size_t j = 0; j < there.rows.size(); ++j) {
      if (there.rows.get(j, {"Host"}) != here.rows.get(i, {"Host"})) continue;
      found = true;
      if (there.rows.text(j, {"locked"}) == "1") {
        return Finding::block(who + " is locked or expired on " + scene.arriving.label(), remedy);
      }
      if (there.rows.get(j, {"how"}) != here.rows.get(i, {"how"})) {
        return Finding::block(who + " logs in with something else on " + scene.arriving.label(),
                              remedy);
      }
      const std::string plugin = there.rows.text(j, {"plugin"});
      if (!plugin_is_active(scene, scene.arriving, plugin)) {
        return Finding::block(who + " needs the plugin " + plugin + ", which " +
                                  scene.arriving.label() + " has not got",
                              "ALTER USER ... IDENTIFIED WITH one that it has, or load it");
      }
    }
    if (!found) return Finding::block(who + " is not there on " + scene.arriving.label(), remedy);
  }
  return Finding::pass(account + " is the same on both");
}

Finding application_account(Scene& scene) {
  const std::vector<std::string> accounts = app_users(scene);
  if (accounts.empty()) {
    return Finding::warn("not looked at: no account of the application is named",
                         "name it: app-user=... in " + scene.leaving.options().origin);
  }
  for (const std::string& account : accounts) {
    Finding finding = login_on_arriving(scene, account);
    if (finding.verdict != CheckVerdict::kPass) return finding;
  }
  return Finding::pass(joined(accounts) + " can log in on both");
}

// Those in `holders` that the application uses: named in the option file, else connected just now.
Result holders(Scene& scene, const std::string& privileges) {
  std::string users;
  for (const std::string& account : app_users(scene)) {
    users += (users.empty() ? "" : ", ") + quoted("'" + user_part(account) + "'");
  }
  std::string sql =
      "SELECT DISTINCT GRANTEE AS who, PRIVILEGE_TYPE AS what "
      "FROM information_schema.user_privileges WHERE PRIVILEGE_TYPE IN (" +
      privileges + ") AND SUBSTRING_INDEX(GRANTEE, '@', 1) ";
  if (!users.empty()) return scene.ask(scene.leaving, sql + "IN (" + users + ")");
  return scene.ask(scene.leaving,
                   sql +
                       "IN (SELECT CONCAT('''', USER, '''') FROM information_schema.processlist "
                       "WHERE USER NOT IN ('system user', 'event_scheduler', " +
                       quoted(scene.leaving.options().user) +
                       ") AND COMMAND NOT LIKE 'Binlog Dump%')");
}

bool sees_all_accounts(Scene& scene, Server& server) {
  return scene
      .ask(server, scene.mariadb() ? "SELECT 1 FROM mysql.global_priv LIMIT 1"
                                   : "SELECT 1 FROM mysql.user LIMIT 1")
      .ok();
}

// A fence that the application walks through is none.
Finding read_only_admin(Scene& scene) {
  if (!scene.mariadb()) return Finding::pass("super_read_only stops every account");
  if (!sees_all_accounts(scene, scene.leaving)) {
    return Finding::unseen("the rights of other accounts are hidden",
                           grant_remedy(scene.leaving, "SELECT ON mysql.*"));
  }
  const bool super_too = release_of(scene.version(scene.leaving)) < 10011;
  const Result r =
      holders(scene, std::string("'READ_ONLY ADMIN'") + (super_too ? ", 'SUPER'" : ""));
  if (!r.ok()) return Finding::unseen(r.error, "");
  if (r.rows.empty()) return Finding::pass("no account of the application has it");
  return Finding::block(r.rows.text(0, {"who"}) + " has " + r.rows.text(0, {"what"}) +
                            " and writes in spite of read_only",
                        "REVOKE " + r.rows.text(0, {"what"}) + " ON *.* FROM " +
                            r.rows.text(0, {"who"}) + " on both servers");
}

// They could take the fence away.
Finding super_accounts(Scene& scene) {
  if (scene.mariadb()) return Finding::pass("see read-only-admin");
  if (!sees_all_accounts(scene, scene.leaving)) {
    return Finding::unseen("the rights of other accounts are hidden",
                           grant_remedy(scene.leaving, "SELECT ON mysql.*"));
  }
  const Result r = holders(scene, "'SUPER', 'SYSTEM_VARIABLES_ADMIN'");
  if (!r.ok()) return Finding::unseen(r.error, "");
  if (r.rows.empty()) return Finding::pass("no account of the application can lift the fence");
  return Finding::warn(
      r.rows.text(0, {"who"}) + " has " + r.rows.text(0, {"what"}) + " and could lift the fence",
      "REVOKE it from the application's account");
}

}  // namespace

std::vector<CheckRow> account_checks() {
  constexpr auto kBlock = CheckVerdict::kBlock;
  return {{"application-account", kBlock, application_account},
          {"read-only-admin", kBlock, read_only_admin},
          {"super-accounts", CheckVerdict::kWarn, super_accounts}};
}

}  // namespace cutover
