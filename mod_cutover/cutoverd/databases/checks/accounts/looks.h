// SPDX-License-Identifier: Apache-2.0
// The rows of this room.
#pragma once

#include "mod_cutover/cutoverd/databases/checks/accounts/rights.h"

namespace cutover {

Finding application_account(const Look& look);
Finding read_only_admin(const Look& look);
Finding definers_past_the_fence(const Look& look);
Finding super_accounts(const Look& look);
Finding other_sites(const Look& look);
Finding other_writers(const Look& look);
Finding early_writers(const Look& look);

}  // namespace cutover
