// SPDX-License-Identifier: Apache-2.0
// The demo left running to play with: one background process owns everything that was started, so
// that ending it ends all.
#pragma once

namespace cutover::demo {

// Returns when it is up, or why not; prints URLs and commands.
int up(unsigned visitors);
// Ends what up() started, if it is still that, and prints the count.
int down();

}  // namespace cutover::demo
