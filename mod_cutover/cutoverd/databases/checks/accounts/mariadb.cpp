// SPDX-License-Identifier: Apache-2.0
// MariaDB's tables of accounts and roles.
#include <charconv>

#include "mod_cutover/cutoverd/databases/checks/accounts/rights.h"

namespace cutover {
namespace {

// Each value is found by reading the whole of a row's JSON: so of all accounts only what all need.
constexpr const char* kAccounts =
    "SELECT Host, User, JSON_VALUE(Priv, '$.access') AS access, "
    "JSON_VALUE(Priv, '$.version_id') AS version, JSON_VALUE(Priv, '$.is_role') AS is_role, "
    "JSON_VALUE(Priv, '$.account_locked') AS locked FROM mysql.global_priv";

// The password's hash stays on the server: a digest of it is enough to compare.
constexpr const char* kLogins =
    "SELECT Host, User, JSON_VALUE(Priv, '$.plugin') AS plugin, "
    "JSON_VALUE(Priv, '$.default_role') AS default_role, "
    "JSON_VALUE(Priv, '$.password_last_changed') = '0' AS expired, "
    "SHA2(CONCAT_WS(' ', JSON_VALUE(Priv, '$.plugin'), JSON_VALUE(Priv, "
    "'$.authentication_string'), JSON_QUERY(Priv, '$.auth_or')), 256) AS login, "
    "CONCAT_WS(' ', "
    "NULLIF(JSON_VALUE(Priv, '$.ssl_type'), '0'), "
    "NULLIF(JSON_VALUE(Priv, '$.ssl_cipher'), ''), "
    "NULLIF(JSON_VALUE(Priv, '$.x509_issuer'), ''), "
    "NULLIF(JSON_VALUE(Priv, '$.x509_subject'), ''), "
    "NULLIF(JSON_VALUE(Priv, '$.max_questions'), '0'), "
    "NULLIF(JSON_VALUE(Priv, '$.max_updates'), '0'), "
    "NULLIF(JSON_VALUE(Priv, '$.max_connections'), '0'), "
    "NULLIF(JSON_VALUE(Priv, '$.max_user_connections'), '0'), "
    "NULLIF(JSON_VALUE(Priv, '$.max_statement_time'), '0')) "
    "AS terms FROM mysql.global_priv WHERE ";

// MariaDB 10.3 has what it knows in mysql.user, and told in other words; the digest is the same.
constexpr const char* kAccountsBefore104 = "SELECT Host, User, is_role = 'Y' AS is_role, ";
constexpr const char* kLoginsBefore104 =
    "SELECT Host, User, default_role, password_expired = 'Y' AS expired, "
    "IF(plugin = '', 'mysql_native_password', plugin) AS plugin, "
    "SHA2(CONCAT_WS(' ', IF(plugin = '', 'mysql_native_password', plugin), "
    "IF(authentication_string = '', Password, authentication_string)), 256) AS login, "
    "CONCAT_WS(' ', NULLIF(FIELD(ssl_type, 'ANY', 'X509', 'SPECIFIED'), 0), "
    "NULLIF(CONVERT(ssl_cipher USING utf8), ''), NULLIF(CONVERT(x509_issuer USING utf8), ''), "
    "NULLIF(CONVERT(x509_subject USING utf8), ''), NULLIF(max_questions, 0), "
    "NULLIF(max_updates, 0), NULLIF(max_connections, 0), NULLIF(max_user_connections, 0), "
    "NULLIF(max_statement_time + 0, 0)) AS terms FROM mysql.user WHERE ";

// From this version on SUPER does not write through read_only; of an account that is older the
// server goes on to let it.
constexpr std::uint64_t kReadOnlyAdminAlone = 101100;

std::uint64_t whole(const std::string& text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool is_true(const std::string& text) { return text == "1" || text == "true"; }

void read_logins(Scene& scene, Server& server, Rights& rights) {
  const bool json = scene.release(server).has_global_priv();
  const Rows rows = read_rows(scene, server, rights,
                              (json ? kLogins : kLoginsBefore104) + by_users(app_users(scene)));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto found = rights.accounts.find({rows.text(i, {"User"}), rows.text(i, {"Host"})});
    if (found == rights.accounts.end()) continue;
    Account& account = found->second;
    account.locked = account.locked || is_true(rows.text(i, {"expired"}));
    account.plugin = rows.text(i, {"plugin"});
    account.login = rows.text(i, {"login"});
    account.terms = rows.text(i, {"terms"});
    if (const std::string role = rows.text(i, {"default_role"}); !role.empty())
      account.default_roles.insert({role, ""});
  }
}

}  // namespace

void read_mariadb_accounts(Scene& scene, Server& server, Rights& rights) {
  const std::vector<PrivilegeColumn> columns = global_columns(false);
  const bool json = scene.release(server).has_global_priv();
  Rows rows = read_rows(
      scene, server, rights,
      json ? kAccounts : kAccountsBefore104 + concatenated(columns) + " AS flags FROM mysql.user");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string user = rows.text(i, {"User"});
    Account& account = rights.accounts[{user, rows.text(i, {"Host"})}];
    account.is_role = is_true(rows.text(i, {"is_role"}));
    account.locked = is_true(rows.text(i, {"locked"}));
    Privileges& global = account.on[{}];
    global = privileges_in(rows.text(i, {"flags"}), columns);
    if (json) global.fixed = whole(rows.text(i, {"access"})) & kAllKnown;
    const bool old = release_of(scene.version(server)) < 10011 ||
                     whole(rows.text(i, {"version"})) < kReadOnlyAdminAlone;
    if (old && global.any_of(kSuper)) global.fixed |= kReadOnlyAdmin;
    if (account.is_role && user == "PUBLIC") rights.everyones.push_back({user, ""});
  }
  read_logins(scene, server, rights);
  rows = read_rows(scene, server, rights, "SELECT Host, User, Role FROM mysql.roles_mapping");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto found = rights.accounts.find({rows.text(i, {"User"}), rows.text(i, {"Host"})});
    if (found != rights.accounts.end()) found->second.roles.insert({rows.text(i, {"Role"}), ""});
  }
}

}  // namespace cutover
