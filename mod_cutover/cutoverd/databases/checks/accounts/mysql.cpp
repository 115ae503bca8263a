// SPDX-License-Identifier: Apache-2.0
// MySQL's tables of accounts and roles.
#include <algorithm>

#include "mod_cutover/cutoverd/databases/checks/accounts/rights.h"

namespace cutover {
namespace {

constexpr const char* kAccounts =
    "SELECT Host, User, account_locked = 'Y' OR password_expired = 'Y' AS locked, ";

// The password's hash stays on the server: a digest of it is enough to compare.
constexpr const char* kLogins =
    "SELECT Host, User, plugin, SHA2(CONCAT_WS(' ', plugin, authentication_string), 256) AS login, "
    "CONCAT_WS(' ', NULLIF(ssl_type, ''), NULLIF(CONVERT(ssl_cipher USING utf8mb4), ''), "
    "NULLIF(CONVERT(x509_issuer USING utf8mb4), ''), "
    "NULLIF(CONVERT(x509_subject USING utf8mb4), ''), "
    "NULLIF(CONCAT_WS('/', max_questions, max_updates, max_connections, max_user_connections), "
    "'0/0/0/0'), JSON_EXTRACT(User_attributes, '$.Restrictions')) AS terms FROM mysql.user WHERE ";

Account* account_of(Rights& rights, const Rows& rows, std::size_t i) {
  const auto found = rights.accounts.find({rows.text(i, {"USER"}), rows.text(i, {"HOST"})});
  return found == rights.accounts.end() ? nullptr : &found->second;
}

std::string unquoted(std::string text) {
  std::erase_if(text, [](char c) { return c == '\'' || c == '`' || c == '"' || c == ' '; });
  return text;
}

// "role1,`role2`@`%`"
std::vector<AccountName> mandatory_roles(std::string list) {
  std::vector<AccountName> all;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    const std::string role = unquoted(list.substr(0, end));
    const std::size_t at = role.find('@');
    if (!role.empty())
      all.push_back({role.substr(0, at), at == role.npos ? "%" : role.substr(at + 1)});
    list.erase(0, end + 1);
  }
  return all;
}

void read_roles(Scene& scene, Server& server, Rights& rights) {
  Rows rows = read_rows(scene, server, rights,
                        "SELECT TO_HOST AS HOST, TO_USER AS USER, FROM_USER, FROM_HOST "
                        "FROM mysql.role_edges");
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (Account* account = account_of(rights, rows, i))
      account->roles.insert({rows.text(i, {"FROM_USER"}), rows.text(i, {"FROM_HOST"})});
  rows = read_rows(scene, server, rights,
                   "SELECT HOST, USER, DEFAULT_ROLE_USER, DEFAULT_ROLE_HOST "
                   "FROM mysql.default_roles");
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (Account* account = account_of(rights, rows, i))
      account->default_roles.insert(
          {rows.text(i, {"DEFAULT_ROLE_USER"}), rows.text(i, {"DEFAULT_ROLE_HOST"})});
}

}  // namespace

void read_mysql_accounts(Scene& scene, Server& server, Rights& rights) {
  const bool roles = scene.release(server).has_roles();
  const std::vector<PrivilegeColumn> columns = global_columns(roles);
  Rows rows = read_rows(scene, server, rights,
                        kAccounts + concatenated(columns) + " AS flags FROM mysql.user");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Account& account = rights.accounts[{rows.text(i, {"User"}), rows.text(i, {"Host"})}];
    account.locked = rows.text(i, {"locked"}) == "1";
    account.on[{}] = privileges_in(rows.text(i, {"flags"}), columns);
  }
  rows = read_rows(scene, server, rights, kLogins + by_users(app_users(scene)));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Account* account = account_of(rights, rows, i);
    if (account == nullptr) continue;
    account->plugin = rows.text(i, {"plugin"});
    account->login = rows.text(i, {"login"});
    account->terms = rows.text(i, {"terms"});
  }
  if (!roles) return;
  rows = read_rows(scene, server, rights, "SELECT HOST, USER, PRIV FROM mysql.global_grants");
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (Account* account = account_of(rights, rows, i))
      account->on[{}].add(privileges_in(rows.text(i, {"PRIV"})));
  read_roles(scene, server, rights);
  rights.everyones = mandatory_roles(scene.variable(server, {"mandatory_roles"}));
}

}  // namespace cutover
