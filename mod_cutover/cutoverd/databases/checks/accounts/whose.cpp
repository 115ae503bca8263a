// SPDX-License-Identifier: Apache-2.0
// Whose an account is: the application's, ours, the server's own, or somebody else's.
#include "mod_cutover/cutoverd/databases/checks/accounts/whose.h"

#include <algorithm>
#include <string_view>

namespace cutover {
namespace {

constexpr std::string_view kServersOwn[] = {"",
                                            "root",
                                            "mysql",
                                            "mariadb.sys",
                                            "mysql.sys",
                                            "PUBLIC",
                                            "mysql.session",
                                            "mysql.infoschema",
                                            "debian-sys-maint",
                                            "rdsadmin",
                                            "rdsrepladmin",
                                            "azure_superuser"};
constexpr std::string_view kSystemSchemas[] = {
    "mysql", "sys", "information_schema", "performance_schema", "mod_cutover", "lost+found"};
constexpr std::size_t kTold = 5;

bool contains(const auto& names, const std::string& name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

std::string host_part(const std::string& account) {
  const std::size_t at = account.find('@');
  return at == std::string::npos ? std::string() : account.substr(at + 1);
}

bool has_some_schema(const Account& account) {
  return std::any_of(account.on.begin(), account.on.end(), [](const auto& right) {
    const std::string& schema = right.first.schema;
    return !schema.empty() && !is_system_schema(literal(schema));
  });
}

}  // namespace

bool is_the_servers(const std::string& user) { return contains(kServersOwn, user); }

bool is_ours(const Scene& scene, const std::string& user) {
  for (const Server* server : {&scene.leaving, &scene.arriving})
    if (user == server->options().user || user == server->options().replication_user) return true;
  return false;
}

bool is_named_by(const std::string& name, const AccountName& account) {
  const std::string host = host_part(name);
  return user_part(name) == account.user && (host.empty() || host == account.host);
}

bool is_the_applications(const Scene& scene, const AccountName& account) {
  const std::vector<std::string> named = app_users(scene);
  return std::any_of(named.begin(), named.end(),
                     [&](const std::string& one) { return is_named_by(one, account); });
}

bool is_system_schema(const std::string& schema) { return contains(kSystemSchemas, schema); }

std::vector<AccountName> application_accounts(const Scene& scene, const Rights& rights) {
  const bool named = !app_users(scene).empty();
  std::vector<AccountName> all;
  for (const auto& [name, account] : rights.accounts) {
    const bool it =
        named ? is_the_applications(scene, name)
              : !account.locked && !is_the_servers(name.user) && !is_ours(scene, name.user);
    if (it && !account.is_role) all.push_back(name);
  }
  return all;
}

std::vector<std::string> likely_users(const Look& look) {
  Scene& scene = look.scene;
  std::set<std::string> users;
  const Result r =
      scene.ask(scene.leaving,
                "SELECT DISTINCT USER AS user FROM information_schema.processlist "
                "WHERE COMMAND NOT LIKE 'Binlog Dump%' AND USER NOT IN ('system user', "
                "'event_scheduler', 'unauthenticated user')");
  for (std::size_t i = 0; r.ok() && i < r.rows.size(); ++i) users.insert(r.rows.text(i, {"user"}));
  for (const auto& [name, account] : look.leaving.accounts)
    if (!account.is_role && !account.locked && (has_some_schema(account) || !account.roles.empty()))
      users.insert(name.user);
  std::erase_if(
      users, [&](const std::string& user) { return is_the_servers(user) || is_ours(scene, user); });
  return {users.begin(), users.end()};
}

std::string first_few(std::vector<std::string> names) {
  const std::size_t more = names.size() - std::min(names.size(), kTold);
  names.resize(names.size() - more);
  return joined(names) + (more > 0 ? " and " + std::to_string(more) + " more" : "");
}

}  // namespace cutover
