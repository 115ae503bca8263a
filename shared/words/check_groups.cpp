// SPDX-License-Identifier: Apache-2.0
#include "shared/words/check_groups.h"

#include <algorithm>
#include <array>
#include <vector>

namespace cutover {
namespace {

struct Group {
  std::string_view name;
  std::vector<std::string_view> checks;
};

const std::array<Group, 9> kGroups = {{
    {"the visitors",
     {"completed", "vhosts", "other-version", "long-requests", "self-calls", "hold-capacity",
      "selinux", "forecast", "direct-visitors", "hooks"}},
    {"the new host",
     {"new-host", "new-host-certificate", "clocks", "keep-alive", "capacity", "new-host-names",
      "redirects", "pages-asked", "probe", "proof", "traffic-in-clear", "preview"}},
    {"the databases",
     {"database-old", "database-new", "databases", "option-files", "owner", "own-login",
      "privileges-leaving", "privileges-arriving", "remembers", "encryption", "durability"}},
    {"replication",
     {"replicates-from-other",
      "replication-threads",
      "channels",
      "server-identity",
      "vendor",
      "version",
      "cluster",
      "filters",
      "delay",
      "temporary-tables",
      "errant-transactions",
      "binary-log",
      "gtid",
      "left-over-positions",
      "log-replica-updates",
      "binlog-format",
      "binlog-retention",
      "lag",
      "catch-up",
      "missing-on-old",
      "skips-errors",
      "older-sessions"}},
    {"the fence",
     {"read-only", "scope", "long-transactions", "xa", "events", "events-arriving",
      "events-afterwards", "locks-arriving", "delayed-inserts", "semi-sync"}},
    {"who writes",
     {"application-account", "read-only-admin", "definers-past-the-fence", "super-accounts",
      "other-sites", "other-writers", "early-writers"}},
    {"the tables",
     {"schema", "engines", "indexes", "primary-keys", "foreign-keys", "constraints", "partitions",
      "next-numbers", "rows", "verified", "routines", "triggers", "views", "definers"}},
    {"the settings",
     {"lower-case-table-names", "max-allowed-packet", "sql-mode", "character-set", "collation",
      "handshake", "time-zone", "time-zone-tables", "max-connections", "auto-increment",
      "statements-mean-the-same", "full-text", "sessions", "as-fast", "database-clocks"}},
    {"the way back",
     {"way-back", "way-back-collations", "gtid-domains", "restart-keeps-links",
      "restart-keeps-role"}},
}};

}  // namespace

std::size_t place_of_group(std::string_view check) {
  const auto found = std::ranges::find_if(kGroups, [&](const Group& group) {
    return std::ranges::find(group.checks, check) != group.checks.end();
  });
  return static_cast<std::size_t>(found - kGroups.begin());
}

std::string_view group_of(std::string_view check) {
  const std::size_t place = place_of_group(check);
  return place < kGroups.size() ? kGroups[place].name : "other";
}

}  // namespace cutover
