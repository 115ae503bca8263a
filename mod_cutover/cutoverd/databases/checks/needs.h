// SPDX-License-Identifier: Apache-2.0
// What the coordinator's account has to be granted, and for what. The guide's step 5 grants just
// this, and so does whatever else makes such an account.
#pragma once

#include <span>

namespace cutover {

enum class NeededTo {
  kRun,          // whatever it does
  kSetReadOnly,  // the fence and the promotion
  kChangeLinks,  // replication's
  kLook,         // some rows of the preflight cannot be told without it
  kGetIn,        // where all connections are taken
  kRemember,     // who served last
};

struct Need {
  const char* privilege;
  const char* on;  // as GRANT has it
  NeededTo to;
  const char* for_what;
};

std::span<const Need> needs_of(bool mariadb);

}  // namespace cutover
