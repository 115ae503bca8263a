// SPDX-License-Identifier: Apache-2.0
// The demo from curtain to curtain: two hosts, visitors, a switch in the middle, the count.
#pragma once

namespace cutover::demo {

struct StoryOptions {
  unsigned visitors = 16;
  unsigned seconds = 8;  // of visits, the switch in the middle
};

// The exit code: 0 only if nothing failed, was lost, made twice or logged out, and no two sides
// served at once.
int tell(const StoryOptions& options);

}  // namespace cutover::demo
