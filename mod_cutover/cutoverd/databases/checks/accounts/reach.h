// SPDX-License-Identifier: Apache-2.0
// Which schemas an account may write.
#pragma once

#include "mod_cutover/cutoverd/databases/checks/accounts/rights.h"

namespace cutover {

struct Writes {
  bool everything = false;        // by a right on *.*
  std::set<std::string> schemas;  // of those that were asked for, by rights on them
};

// By the rights of all of `sources` together.
Writes writes_of(const Rights& rights, const std::vector<AccountName>& sources,
                 const std::set<std::string>& schemas);

}  // namespace cutover
