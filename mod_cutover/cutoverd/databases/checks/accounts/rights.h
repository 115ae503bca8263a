// SPDX-License-Identifier: Apache-2.0
// Who has an account on a server, and what it may do: the server's own tables of accounts, read
// whole with one statement each and judged without asking again.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "mod_cutover/cutoverd/databases/checks/accounts/privileges.h"
#include "mod_cutover/cutoverd/databases/scene/scene.h"

namespace cutover {

struct AccountName {
  std::string user;
  std::string host;  // empty for MariaDB's roles
  bool operator==(const AccountName&) const = default;
  bool operator<(const AccountName& o) const {
    return std::tie(user, host) < std::tie(o.user, o.host);
  }
  std::string shown() const { return host.empty() ? user : user + "@" + host; }
  std::string as_sql() const;
};

// What privileges are on; everything where all is empty.
struct Object {
  std::string schema;  // a pattern where `name` is empty, else a name
  std::string kind;    // TABLE, PROCEDURE, FUNCTION, ...
  std::string name;
  std::string column;
  bool operator==(const Object&) const = default;
  bool operator<(const Object& o) const {
    return std::tie(schema, kind, name, column) < std::tie(o.schema, o.kind, o.name, o.column);
  }
  std::string as_sql() const;  // `shop`.*
};

struct Account {
  bool is_role = false;
  bool locked = false;
  // Of the application's alone, as far as app-user names them:
  std::string plugin;
  std::string login;  // a digest of what it logs in with: equal ones take the same password
  std::string terms;  // REQUIRE, limits, what is taken back by a partial REVOKE
  std::set<AccountName> default_roles;
  // Of all:
  std::map<Object, Privileges> on;
  std::set<AccountName> roles;
};

class Rights {
 public:
  std::string error;  // why they could not be read
  std::map<AccountName, Account> accounts;
  std::vector<AccountName> everyones;  // roles that all have: PUBLIC, mandatory_roles

  const Account* find(const AccountName& name) const;
  // Its own, then those of the roles granted to it, to any depth; without everyones.
  std::vector<AccountName> reach(const AccountName& name) const;
  // As above, and everyones: all that it may ever use.
  std::vector<AccountName> reach_with_everyones(const AccountName& name) const;
};

// What a row of this room looks at.
struct Look {
  Scene& scene;
  const Rights& leaving;
  const Rights& arriving;

  const Rights& of(const Server& server) const {
    return &server == &scene.leaving ? leaving : arriving;
  }
};

// Where either server's could not be read.
std::optional<Finding> unreadable(const Look& look);

Rights read_rights(Scene& scene, Server& server);
std::string rights_remedy(const Server& server);

// The vendors' own tables. The common ones are read after them.
void read_mariadb_accounts(Scene& scene, Server& server, Rights& rights);
void read_mysql_accounts(Scene& scene, Server& server, Rights& rights);
// A SELECT's answer; what is wrong with it goes into `rights`.
Rows read_rows(Scene& scene, Server& server, Rights& rights, const std::string& sql);
// "User IN ('shop')", for those whose passwords and terms are compared.
std::string by_users(const std::vector<std::string>& accounts);
std::string concatenated(const std::vector<PrivilegeColumn>& columns);

// Whether a privilege on `wide` is one on `narrow`, too.
bool covers(const Object& wide, const Object& narrow);
// shop\_% as GRANT takes it.
bool schema_matches(const std::string& pattern, const std::string& schema);
// A pattern's text, where it stands for one schema alone, or is likely meant to.
std::string literal(const std::string& pattern);

}  // namespace cutover
