// SPDX-License-Identifier: Apache-2.0
// Asking both servers, and printing what they say.
#include "tests/demo/equality.h"

#include <algorithm>
#include <cstdio>
#include <set>

#include "tests/harness/eventually.h"
#include "tests/harness/replication.h"

namespace cutover::demo {
namespace {

using harness::SqlConnection;

const std::string kTables =
    "SELECT table_name FROM information_schema.tables"
    " WHERE table_type='BASE TABLE' AND table_schema=DATABASE()";

// NULL, in words, where there is no such table.
std::string checksum(SqlConnection& server, const std::string& table) {
  return server.execute("CHECKSUM TABLE " + table).at(0).at(1).value_or("none");
}

}  // namespace

bool Equality::equal() const {
  return caught_up && !tables.empty() &&
         std::all_of(tables.begin(), tables.end(), [](const TableChecksums& sums) {
           return sums.at_old == sums.at_new && sums.at_old != "none";
         });
}

Equality compare_databases(const harness::SiteAccess& site) {
  Equality result;
  SqlConnection at_old(site.old_database);
  SqlConnection at_new(site.new_database);
  const bool new_writes = site.side() == "new";
  result.caught_up =
      harness::caught_up(site.vendor, new_writes ? at_new : at_old, new_writes ? at_old : at_new);
  std::set<std::string> names;
  for (SqlConnection* server : {&at_old, &at_new})
    for (const auto& row : server->execute(kTables)) names.insert(row.at(0).value_or(""));
  // Where nobody counts GTIDs, nothing but the rows themselves tells that the last has arrived.
  harness::eventually([&] {
    result.tables.clear();
    for (const std::string& name : names)
      result.tables.push_back({name, checksum(at_old, name), checksum(at_new, name)});
    return result.equal();
  });
  return result;
}

void print(const Equality& equality) {
  std::printf("\nBoth databases, by CHECKSUM TABLE%s\n",
              equality.caught_up ? "" : ": replication has NOT caught up");
  for (const TableChecksums& sums : equality.tables)
    std::printf("  %-12s %12s on old  %12s on new%s\n", sums.table.c_str(), sums.at_old.c_str(),
                sums.at_new.c_str(), sums.at_old == sums.at_new ? "" : "  UNEQUAL");
  std::printf("  %s\n", equality.equal() ? "equal" : "NOT equal");
}

}  // namespace cutover::demo
