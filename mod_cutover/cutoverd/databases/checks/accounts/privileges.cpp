// SPDX-License-Identifier: Apache-2.0
// Sets of privileges, as both vendors' tables of accounts spell them.
#include "mod_cutover/cutoverd/databases/checks/accounts/privileges.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "shared/words/phrases.h"

namespace cutover {
namespace {

// By bit.
constexpr std::array<std::string_view, 42> kNames = {"SELECT",
                                                     "INSERT",
                                                     "UPDATE",
                                                     "DELETE",
                                                     "CREATE",
                                                     "DROP",
                                                     "RELOAD",
                                                     "SHUTDOWN",
                                                     "PROCESS",
                                                     "FILE",
                                                     "GRANT OPTION",
                                                     "REFERENCES",
                                                     "INDEX",
                                                     "ALTER",
                                                     "SHOW DATABASES",
                                                     "SUPER",
                                                     "CREATE TEMPORARY TABLES",
                                                     "LOCK TABLES",
                                                     "EXECUTE",
                                                     "REPLICATION SLAVE",
                                                     "REPLICATION CLIENT",
                                                     "CREATE VIEW",
                                                     "SHOW VIEW",
                                                     "CREATE ROUTINE",
                                                     "ALTER ROUTINE",
                                                     "CREATE USER",
                                                     "EVENT",
                                                     "TRIGGER",
                                                     "CREATE TABLESPACE",
                                                     "DELETE HISTORY",
                                                     "SET USER",
                                                     "FEDERATED ADMIN",
                                                     "CONNECTION ADMIN",
                                                     "READ_ONLY ADMIN",
                                                     "REPLICATION SLAVE ADMIN",
                                                     "REPLICATION MASTER ADMIN",
                                                     "BINLOG ADMIN",
                                                     "BINLOG REPLAY",
                                                     "SLAVE MONITOR",
                                                     "SHOW CREATE ROUTINE",
                                                     "CREATE ROLE",
                                                     "DROP ROLE"};

void add_one(Privileges& to, std::string name) {
  for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (name == "GRANT") name = "GRANT OPTION";
  if (name == "DELETE VERSIONING ROWS") name = "DELETE HISTORY";
  const auto* found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end())
    to.named.insert(std::move(name));
  else
    to.fixed |= 1ULL << (found - kNames.begin());
}

}  // namespace

void Privileges::add(const Privileges& other) {
  fixed |= other.fixed;
  named.insert(other.named.begin(), other.named.end());
}

void Privileges::remove(const Privileges& other) {
  fixed &= ~other.fixed;
  for (const std::string& name : other.named) named.erase(name);
}

// GRANT ALL gives by a newer release what an older one has no word for, and the way back leads
// there.
Privileges known_to(bool mariadb, unsigned release, const Privileges& some) {
  Privileges known = some;
  const auto since = [&](unsigned first, unsigned bit, unsigned last_bit) {
    if (release >= first) return;
    for (; bit <= last_bit; ++bit) known.fixed &= ~(1ULL << bit);
  };
  if (mariadb) {
    since(10003, 29, 29);  // DELETE HISTORY
    since(10005, 30, 38);  // SET USER to SLAVE MONITOR: what SUPER was
    since(11003, 39, 39);  // SHOW CREATE ROUTINE
    return known;
  }
  since(8000, 40, 41);  // CREATE ROLE, DROP ROLE
  if (release < 8000) known.named.clear();
  if (release >= 8004) known.named.erase("SET_USER_ID");  // two others do it there
  return known;
}

Privileges privileges_in(std::string_view set) {
  Privileges all;
  while (!set.empty()) {
    const std::size_t end = std::min(set.find(','), set.size());
    if (end > 0) add_one(all, std::string(set.substr(0, end)));
    set.remove_prefix(std::min(end + 1, set.size()));
  }
  return all;
}

Privileges privileges_in(std::string_view flags, const std::vector<PrivilegeColumn>& columns) {
  Privileges all;
  for (std::size_t i = 0; i < std::min(flags.size(), columns.size()); ++i)
    if (flags[i] == 'Y') all.fixed |= 1ULL << columns[i].bit;
  return all;
}

std::vector<PrivilegeColumn> schema_columns() {
  return {{"Select_priv", 0},         {"Insert_priv", 1},       {"Update_priv", 2},
          {"Delete_priv", 3},         {"Create_priv", 4},       {"Drop_priv", 5},
          {"Grant_priv", 10},         {"References_priv", 11},  {"Index_priv", 12},
          {"Alter_priv", 13},         {"Lock_tables_priv", 17}, {"Create_tmp_table_priv", 16},
          {"Create_view_priv", 21},   {"Show_view_priv", 22},   {"Create_routine_priv", 23},
          {"Alter_routine_priv", 24}, {"Execute_priv", 18},     {"Event_priv", 26},
          {"Trigger_priv", 27}};
}

std::vector<PrivilegeColumn> global_columns(bool of_roles) {
  std::vector<PrivilegeColumn> all = schema_columns();
  const std::vector<PrivilegeColumn> more = {
      {"Reload_priv", 6},       {"Shutdown_priv", 7},
      {"Process_priv", 8},      {"File_priv", 9},
      {"Show_db_priv", 14},     {"Super_priv", 15},
      {"Repl_slave_priv", 19},  {"Repl_client_priv", 20},
      {"Create_user_priv", 25}, {"Create_tablespace_priv", 28}};
  all.insert(all.end(), more.begin(), more.end());
  if (of_roles) {
    all.push_back({"Create_role_priv", 40});
    all.push_back({"Drop_role_priv", 41});
  }
  return all;
}

std::string as_list(const Privileges& privileges, const std::string& column) {
  const std::string suffix = column.empty() ? "" : " (" + column + ")";
  std::vector<std::string> names;
  for (std::size_t bit = 0; bit < kNames.size(); ++bit)
    if (privileges.any_of((1ULL << bit) & ~kGrantOption))
      names.push_back(std::string(kNames[bit]) + suffix);
  for (const std::string& name : privileges.named) names.push_back(name + suffix);
  return joined(names);
}

}  // namespace cutover
