// SPDX-License-Identifier: Apache-2.0
// Which schemas an account may write.
#pragma once

#include "mod_cutover/cutoverd/databases/checks/accounts/rights.h"

namespace cutover {

// Of `schemas`, by the rights of all of `sources` together.
std::set<std::string> written(const Rights& rights, const std::vector<AccountName>& sources,
                              const std::set<std::string>& schemas);
// Whether there is one; a right on everything counts where there is none, too.
bool writes_any(const Rights& rights, const std::vector<AccountName>& sources,
                const std::set<std::string>& schemas);

}  // namespace cutover
