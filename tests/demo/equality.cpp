// SPDX-License-Identifier: Apache-2.0
// Asking both servers, and printing what they say.
#include "tests/demo/equality.h"

#include <algorithm>
#include <cstdio>
#include <set>

#include "tests/harness/replication.h"

namespace cutover::demo {
namespace {

using harness::DatabaseServer;

const std::string kTables = std::string(
                                "SELECT table_name FROM information_schema.tables"
                                " WHERE table_type='BASE TABLE' AND table_schema='") +
                            harness::kAppSchema + "'";

// NULL, in words, where there is no such table.
std::string checksum(DatabaseServer& server, const std::string& table) {
  const auto rows =
      server.execute("CHECKSUM TABLE " + std::string(harness::kAppSchema) + "." + table);
  return rows.at(0).at(1).value_or("none");
}

}  // namespace

bool Equality::equal() const {
  return caught_up && !tables.empty() &&
         std::all_of(tables.begin(), tables.end(), [](const TableChecksums& sums) {
           return sums.at_old == sums.at_new && sums.at_old != "none";
         });
}

Equality compare_databases(harness::Site& site) {
  Equality result;
  DatabaseServer& writer = site.serving_database();
  DatabaseServer& reader =
      &writer == &site.old_database() ? site.new_database() : site.old_database();
  result.caught_up = harness::caught_up(writer, reader);
  std::set<std::string> names;
  for (DatabaseServer* server : {&writer, &reader})
    for (const auto& row : server->execute(kTables)) names.insert(row.at(0).value_or(""));
  for (const std::string& name : names)
    result.tables.push_back(
        {name, checksum(site.old_database(), name), checksum(site.new_database(), name)});
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
