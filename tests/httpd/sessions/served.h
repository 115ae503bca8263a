// SPDX-License-Identifier: Apache-2.0
// What a test expects of a crowd that a hold came over.
#pragma once

#include <gtest/gtest.h>

#include "tests/httpd/sessions/h2load.h"

namespace cutover::test {

// Everybody was served, and nobody had to ask twice.
inline void expect_all_served(const H2Counts& counts, long at_least) {
  EXPECT_GE(counts.done, at_least) << counts.said;
  EXPECT_EQ(counts.done, counts.ok) << counts.said;
  EXPECT_EQ(counts.failed, 0) << counts.said;
  EXPECT_EQ(counts.errored, 0) << counts.said;
  EXPECT_EQ(counts.server_errors, 0) << counts.said;
}

}  // namespace cutover::test
