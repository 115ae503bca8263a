// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/scene/older.h"

#include <string_view>
#include <utility>

namespace cutover {
namespace {

constexpr std::pair<std::string_view, std::string_view> kBefore8[] = {
    {"INNODB_FOREIGN", "INNODB_SYS_FOREIGN"},
    {"INNODB_TABLESTATS", "INNODB_SYS_TABLESTATS"},
    {", JSON_EXTRACT(User_attributes, '$.Restrictions')", ""},  // no partial REVOKE
};

// CHECK is read there, and forgotten.
constexpr const char* kNoChecks = "SELECT '' AS name, '' AS clause FROM DUAL WHERE FALSE";

}  // namespace

std::string in_words_of(const Release& release, std::string sql) {
  if (release.mariadb || release.number >= 8'000) return sql;
  if (sql.find("information_schema.check_constraints") != std::string::npos) return kNoChecks;
  for (const auto& [now, then] : kBefore8)
    for (std::size_t at = 0; (at = sql.find(now, at)) != std::string::npos; at += then.size())
      sql.replace(at, now.size(), then);
  return sql;
}

std::string privilege_in(const Release& release, const std::string& privilege, std::string& on) {
  if (release.mariadb && release.number < 10'005) {
    if (privilege == "SLAVE MONITOR") return "REPLICATION CLIENT";
    if (privilege == "BINLOG MONITOR") return "REPLICATION SLAVE";
    if (privilege.ends_with(" ADMIN")) return "SUPER";
  }
  if (!release.mariadb && release.number < 8'000) {
    if (privilege == "XA_RECOVER_ADMIN") return "";
    if (privilege.ends_with("_ADMIN")) return "SUPER";
    if (privilege == "SHOW_ROUTINE") {  // of mysql.proc
      on = "mysql.*";
      return "SELECT";
    }
  }
  return privilege;
}

}  // namespace cutover
