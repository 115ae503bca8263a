// SPDX-License-Identifier: Apache-2.0
// Which requests are taken for alike, and that a list of them is read as it was told.
#include "shared/memory/slow_kinds.h"

#include <gtest/gtest.h>

#include <memory>

#include "shared/memory/in_flight.h"

namespace cutover {
namespace {

TEST(SlowKinds, WhatDiffersFromOneVisitorToTheNextMakesNoOtherKind) {
  EXPECT_EQ(kind_of("GET", "/orders/17"), kind_of("GET", "/orders/2048"));
  EXPECT_EQ(kind_of("GET", "/reset/9f86d081884c7d659a2f"),
            kind_of("GET", "/reset/60303ae22b998861bce3"));
  EXPECT_NE(kind_of("GET", "/orders/17"), kind_of("POST", "/orders/17"));
  EXPECT_NE(kind_of("GET", "/orders"), kind_of("GET", "/reports"));
  EXPECT_NE(kind_of("", ""), 0U);
}

// The coordinator has what a note had room for, a worker the whole path.
TEST(SlowKinds, ANoteAndAGateAgree) {
  const auto notes = std::make_unique<InFlightNotes>();
  for (const std::string& path : {std::string("/"), std::string("/reports/monthly"),
                                  "/" + std::string(300, 'x'), "/export/" + std::string(60, '7')}) {
    InFlightNote* note =
        note_in_flight(*notes, 0, {0, Side::kOld}, {"GET", path, true, " ~1f0c77ab", false}, 1);
    std::vector<InFlight> found;
    add_in_flight(*notes, 0, 2, found);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, kind_of("GET", path)) << path;
    forget(*note);
  }
}

TEST(SlowKinds, AListIsReadAsItWasToldAndWhatIsTooMuchIsLeftOut) {
  const auto kinds = std::make_unique<SlowKinds>();
  publish(*kinds, {7, 8});
  EXPECT_TRUE(has(*kinds, 7) && has(*kinds, 8));
  EXPECT_FALSE(has(*kinds, 9));
  publish(*kinds, {9});
  EXPECT_TRUE(has(*kinds, 9));
  EXPECT_FALSE(has(*kinds, 7) || has(*kinds, 8));
  std::vector<std::uint64_t> many;
  for (std::uint64_t i = 1; i <= 2 * kMostSlowKinds; ++i) many.push_back(i);
  publish(*kinds, many);
  EXPECT_TRUE(has(*kinds, kMostSlowKinds));
  EXPECT_FALSE(has(*kinds, kMostSlowKinds + 1));
}

}  // namespace
}  // namespace cutover
