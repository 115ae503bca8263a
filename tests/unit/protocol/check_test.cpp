// SPDX-License-Identifier: Apache-2.0
#include "shared/protocol/check.h"

#include <gtest/gtest.h>

namespace cutover {
namespace {

Check check(CheckVerdict verdict) { return {"a", verdict, "", ""}; }

TEST(Preflight, NothingLookedAtBlocks) { EXPECT_TRUE(blocks({})); }

TEST(Preflight, ACheckWithoutAVerdictBlocks) { EXPECT_TRUE(blocks({Check{}})); }

TEST(Preflight, WarningsDoNotBlockAndOneBlockDoes) {
  const Check pass = check(CheckVerdict::kPass);
  const Check warn = check(CheckVerdict::kWarn);
  EXPECT_FALSE(blocks({pass, warn}));
  EXPECT_TRUE(blocks({pass, check(CheckVerdict::kBlock), warn}));
}

}  // namespace
}  // namespace cutover
