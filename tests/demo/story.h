// SPDX-License-Identifier: Apache-2.0
// The demo from curtain to curtain: two hosts, visitors, a switch in the middle or a move
// after the other, the count.
#pragma once

#include <filesystem>

#include "tests/harness/httpd_conf.h"

namespace cutover::demo {

struct StoryOptions {
  unsigned visitors = 16;
  unsigned seconds = 8;  // of visits, half before the first move and half after the last
  unsigned rounds = 1;   // one is the switch alone; more are so many, each with its way back
  bool back = false;     // one has its way back as well
  harness::Mpm mpm = harness::Mpm::kEvent;
  bool rehearse = false;  // a rehearsal before the first move
  double stay = 1.5;      // seconds on each side between two moves
  bool by_file = false;   // the databases replicate by file and position
  // How to reach a site that runs already; empty: two hosts on loopback, made for this story.
  std::filesystem::path site;
};

// The exit code: 0 only if nothing failed, was lost, made twice or logged out, and no two sides
// served at once.
int tell(const StoryOptions& options);

}  // namespace cutover::demo
