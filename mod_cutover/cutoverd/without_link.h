// SPDX-License-Identifier: Apache-2.0
// A rollback without a link back into old: what the checks then mean.
#pragma once

#include <vector>

#include "shared/ports.h"
#include "shared/preflight.h"

namespace cutover {

// True for a check that asks for a link into the arriving database, or for its speed.
bool asks_for_a_link(const Check& check);

// The checks of a rollback, told with what old lacks just now:
//   no check asks for a link in vain   as they are
//   old lacks nothing                  no link is needed, they become notes
//   otherwise                          they block, beside one that says what old lacks and what to
//   do;
//                                      with `accept_loss` they warn, and so does that one
std::vector<Check> without_link(std::vector<Check> checks, const Reading<Missing>& missing,
                                bool accept_loss);

}  // namespace cutover
