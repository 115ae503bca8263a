// SPDX-License-Identifier: Apache-2.0
// Sets of privileges, as both vendors' tables of accounts spell them.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cutover {

// The bits are those of MariaDB's mysql.global_priv, which goes on where MySQL's ends; two that
// MySQL alone has come after them.
inline constexpr std::uint64_t kGrantOption = 1ULL << 10;
inline constexpr std::uint64_t kSuper = 1ULL << 15;
inline constexpr std::uint64_t kExecute = 1ULL << 18;
inline constexpr std::uint64_t kReadOnlyAdmin = 1ULL << 33;
// INSERT, UPDATE, DELETE, CREATE, DROP, ALTER.
inline constexpr std::uint64_t kWrites =
    1ULL << 1 | 1ULL << 2 | 1ULL << 3 | 1ULL << 4 | 1ULL << 5 | 1ULL << 13;
inline constexpr std::uint64_t kAllKnown = (1ULL << 42) - 1;

struct Privileges {
  std::uint64_t fixed = 0;
  std::set<std::string> named;  // MySQL's dynamic ones, and what a later version brings

  bool empty() const { return fixed == 0 && named.empty(); }
  bool any_of(std::uint64_t bits) const { return (fixed & bits) != 0; }
  void add(const Privileges& other);
  void remove(const Privileges& other);
};

// Those that a server of this release (10005: 10.5) knows: what nobody can have there nobody lacks.
Privileges known_to(bool mariadb, unsigned release, const Privileges& some);
// From "Select,Insert,Create View", as a SET column has it.
Privileges privileges_in(std::string_view set);
// A column of mysql.db or mysql.user that is Y or N, and its bit.
struct PrivilegeColumn {
  const char* name;
  unsigned bit;
};
// From "YNNY", one letter for each of the columns.
Privileges privileges_in(std::string_view flags, const std::vector<PrivilegeColumn>& columns);
// Those that have a column in mysql.db with every version of both vendors.
std::vector<PrivilegeColumn> schema_columns();
// And those of mysql.user; Create_role_priv and Drop_role_priv are MySQL's alone.
std::vector<PrivilegeColumn> global_columns(bool of_roles);
// "INSERT, EXECUTE"; with `column` each gets it: "SELECT (`name`)". Without GRANT OPTION.
std::string as_list(const Privileges& privileges, const std::string& column = {});

}  // namespace cutover
