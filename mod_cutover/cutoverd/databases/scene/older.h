// SPDX-License-Identifier: Apache-2.0
// What older releases, from which sites are moved still, call otherwise or do not have: MySQL 5.7,
// MariaDB 10.3 and 10.4.
#pragma once

#include <string>

namespace cutover {

struct Release {
  bool mariadb = false;
  unsigned number = 0;  // as release_of() has it

  bool has_roles() const { return mariadb || number >= 8'000; }
  bool has_persist() const { return !mariadb && number >= 8'000; }
  bool has_global_priv() const { return mariadb && number >= 10'004; }
};

// A question about what InnoDB, constraints and accounts are made of.
std::string in_words_of(const Release& release, std::string sql);

// What stands there for a privilege of the newest releases: SUPER, say. Empty where none is needed.
// `on` becomes what it is granted on.
std::string privilege_in(const Release& release, const std::string& privilege, std::string& on);

}  // namespace cutover
