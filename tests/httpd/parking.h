// SPDX-License-Identifier: Apache-2.0
// What the tests of the parking hold share.
#pragma once

#include <gtest/gtest.h>

#include "tests/harness/eventually.h"
#include "tests/httpd/rig.h"

namespace cutover::test {

// Few threads, and connections for many visitors.
inline RigOptions roomy() {
  RigOptions options;
  options.processes = 2;
  options.threads = 6;
  options.server = "AsyncRequestWorkerFactor 1000";
  options.site = "CutoverHoldTimeout 30s\n";
  return options;
}

// Nobody is held or in flight any more, and each of so many that were held has exactly one end.
inline void expect_all_ended(Rig& rig, std::uint64_t held) {
  EXPECT_TRUE(harness::eventually([&] {
    const Counts c = rig.counts();
    return c.in_flight == 0 && c.held_now == 0;
  })) << "held: "
      << rig.counts().held_now << " in flight: " << rig.counts().in_flight;
  const Counts c = rig.counts();
  EXPECT_EQ(c.held, held);
  EXPECT_EQ(c.held, c.released + c.timed_out + c.shed_held + c.client_gone);
}

}  // namespace cutover::test
