// SPDX-License-Identifier: Apache-2.0
// What both vendors have in the same tables, and how accounts, roles and objects hang together.
#include "mod_cutover/cutoverd/databases/checks/accounts/rights.h"

#include <algorithm>

namespace cutover {
namespace {

std::string back_quoted(const std::string& name) {
  std::string out = "`";
  for (char c : name) out += c == '`' ? "``" : std::string(1, c);
  return out + "`";
}

// Rows begin with Host and User. Rights of an account that is not there have no effect.
Account* account_of(Rights& rights, const Rows& rows, std::size_t row) {
  const auto found = rights.accounts.find(
      {rows.at(row, 1).value_or(std::string()), rows.at(row, 0).value_or(std::string())});
  return found == rights.accounts.end() ? nullptr : &found->second;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

void read_schemas(Scene& scene, Server& server, Rights& rights) {
  std::vector<PrivilegeColumn> columns = schema_columns();
  if (server.dialect().is_mariadb()) {
    columns.push_back({"Delete_history_priv", 29});
    if (release_of(scene.version(server)) >= 11003)
      columns.push_back({"Show_create_routine_priv", 39});
  }
  const Rows rows = read_rows(scene, server, rights,
                              "SELECT Host, User, Db, " + concatenated(columns) + " FROM mysql.db");
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (Account* account = account_of(rights, rows, i))
      account->on[{rows.at(i, 2).value_or(""), "", "", ""}].add(
          privileges_in(rows.at(i, 3).value_or(""), columns));
}

void read_tables(Scene& scene, Server& server, Rights& rights) {
  Rows rows = read_rows(scene, server, rights,
                        "SELECT Host, User, Db, Table_name, Table_priv FROM mysql.tables_priv "
                        "WHERE Table_priv <> ''");
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (Account* account = account_of(rights, rows, i))
      account->on[{rows.at(i, 2).value_or(""), "TABLE", rows.at(i, 3).value_or(""), ""}].add(
          privileges_in(rows.at(i, 4).value_or("")));
  rows = read_rows(scene, server, rights,
                   "SELECT Host, User, Db, Table_name, Column_name, Column_priv "
                   "FROM mysql.columns_priv");
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (Account* account = account_of(rights, rows, i))
      account
          ->on[{rows.at(i, 2).value_or(""), "TABLE", rows.at(i, 3).value_or(""),
                rows.at(i, 4).value_or("")}]
          .add(privileges_in(rows.at(i, 5).value_or("")));
}

void read_routines(Scene& scene, Server& server, Rights& rights) {
  const Rows rows = read_rows(scene, server, rights,
                              "SELECT Host, User, Db, Routine_type, Routine_name, Proc_priv "
                              "FROM mysql.procs_priv");
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (Account* account = account_of(rights, rows, i))
      account
          ->on[{rows.at(i, 2).value_or(""), rows.at(i, 3).value_or(""),
                lower(rows.at(i, 4).value_or("")), ""}]
          .add(privileges_in(rows.at(i, 5).value_or("")));
}

// The wildcards of GRANT: % and _, and a backslash before one that is meant as it stands.
bool like(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t last_percent = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    const bool escaped = p + 1 < pattern.size() && pattern[p] == '\\';
    if (p < pattern.size() && pattern[p] == '%') {
      last_percent = p++;
      resume = t;
    } else if (p < pattern.size() &&
               (escaped ? pattern[p + 1] == text[t] : pattern[p] == '_' || pattern[p] == text[t])) {
      p += escaped ? 2 : 1;
      ++t;
    } else if (last_percent != std::string_view::npos) {
      p = last_percent + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

}  // namespace

std::string AccountName::as_sql() const {
  return host.empty() ? back_quoted(user) : sql_literal(user) + "@" + sql_literal(host);
}

std::string Object::as_sql() const {
  if (schema.empty()) return "*.*";
  if (name.empty()) return back_quoted(schema) + ".*";
  return (kind == "TABLE" ? "" : kind + " ") + back_quoted(schema) + "." + back_quoted(name);
}

const Account* Rights::find(const AccountName& name) const {
  const auto found = accounts.find(name);
  return found == accounts.end() ? nullptr : &found->second;
}

std::vector<AccountName> Rights::reach(const AccountName& name) const {
  std::vector<AccountName> all{name};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Account* account = find(all[i]);
    if (account == nullptr) continue;
    for (const AccountName& role : account->roles)
      if (std::find(all.begin(), all.end(), role) == all.end()) all.push_back(role);
  }
  return all;
}

std::vector<AccountName> Rights::reach_with_everyones(const AccountName& name) const {
  std::vector<AccountName> all = reach(name);
  for (const AccountName& everyone : everyones)
    for (const AccountName& one : reach(everyone))
      if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
  return all;
}

Rows read_rows(Scene& scene, Server& server, Rights& rights, const std::string& sql) {
  if (!rights.error.empty()) return {};
  Result r = scene.ask(server, sql);
  if (!r.ok()) rights.error = r.error;
  return r.ok() ? std::move(r.rows) : Rows();
}

std::string by_users(const std::vector<std::string>& accounts) {
  std::vector<std::string> users;
  users.reserve(accounts.size());
  for (const std::string& account : accounts) users.push_back(sql_literal(user_part(account)));
  return users.empty() ? "FALSE" : "User IN (" + joined(users) + ")";
}

std::string concatenated(const std::vector<PrivilegeColumn>& columns) {
  std::vector<std::string> names;
  names.reserve(columns.size());
  for (const PrivilegeColumn& column : columns) names.emplace_back(column.name);
  return "CONCAT(" + joined(names) + ")";
}

Rights read_rights(Scene& scene, Server& server) {
  Rights rights;
  if (server.dialect().is_mariadb())
    read_mariadb_accounts(scene, server, rights);
  else
    read_mysql_accounts(scene, server, rights);
  read_schemas(scene, server, rights);
  read_tables(scene, server, rights);
  read_routines(scene, server, rights);
  return rights;
}

std::string rights_remedy(const Server& server) {
  return grant_remedy(server, "SELECT ON mysql.*");
}

std::optional<Finding> unreadable(const Look& look) {
  for (Server* server : {&look.scene.leaving, &look.scene.arriving})
    if (const std::string& error = look.of(*server).error; !error.empty())
      return Finding::unseen(error, rights_remedy(*server));
  return std::nullopt;
}

bool schema_matches(const std::string& pattern, const std::string& schema) {
  return pattern == schema || like(pattern, schema);
}

std::string literal(const std::string& pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool escape = pattern[i] == '\\' && i + 1 < pattern.size();
    out += pattern[escape ? ++i : i];
  }
  return out;
}

bool covers(const Object& wide, const Object& narrow) {
  if (wide.schema.empty()) return true;
  if (narrow.schema.empty()) return false;
  if (wide.name.empty())
    return wide.schema == narrow.schema ||
           schema_matches(wide.schema,
                          narrow.name.empty() ? literal(narrow.schema) : narrow.schema);
  return wide.schema == narrow.schema && wide.kind == narrow.kind && wide.name == narrow.name &&
         (wide.column.empty() || wide.column == narrow.column);
}

}  // namespace cutover
