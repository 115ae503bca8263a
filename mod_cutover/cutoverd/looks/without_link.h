// SPDX-License-Identifier: Apache-2.0
// A rollback without a link back into old: what the checks then mean.
#pragma once

#include <vector>

#include "shared/protocol/check.h"
#include "shared/protocol/ports.h"

namespace cutover {

// The checks of a rollback, told with what old lacks just now:
//   there is a link, and no loss is accepted   as they are
//   old lacks nothing                          no link is needed: what asks for one is a note
//   it lacks something, and that is accepted   the same, with what it lacks as a warning
//   it lacks something                         that alone blocks, and says what to do
std::vector<Check> without_link(std::vector<Check> checks, const Reading<Missing>& missing,
                                bool accept_loss);

// A proof that fails leads back by the link that a rollback would need.
void proof_needs_way_back(std::vector<Check>& all);

}  // namespace cutover
