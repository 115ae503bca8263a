// SPDX-License-Identifier: Apache-2.0
// What an account has on the leaving server and lacks on the arriving one.
#pragma once

#include <optional>

#include "mod_cutover/cutoverd/databases/checks/accounts/rights.h"

namespace cutover {

struct Lack {
  std::string what;
  std::string remedy;
};

// Nothing: it logs in with the same, has the same roles, and may do as much. `there` may be another
// account that takes its place.
std::optional<Lack> lacks(const Look& look, const AccountName& here, const AccountName& there);
// Two accounts' hashes of one password differ: they cannot be compared.
bool is_salted(const Account& account);
std::string make_as_there(const Look& look, const AccountName& account);

}  // namespace cutover
