// SPDX-License-Identifier: Apache-2.0
// Whether both hosts' databases hold the same, table by table.
#pragma once

#include <string>
#include <vector>

#include "tests/harness/site_access.h"

namespace cutover::demo {

struct TableChecksums {
  std::string table;
  std::string at_old;
  std::string at_new;
};

struct Equality {
  bool caught_up = false;
  std::vector<TableChecksums> tables;

  bool equal() const;
};

// Once nobody writes any more: waits until replication has caught up and CHECKSUM TABLE of every
// table of the application is the same on both servers; not for ever.
Equality compare_databases(const harness::SiteAccess& site);

void print(const Equality& equality);

}  // namespace cutover::demo
