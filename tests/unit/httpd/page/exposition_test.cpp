// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/exposition.h"

#include <gtest/gtest.h>

#include <limits>

namespace cutover {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

TEST(Exposition, HasAFamilyByItsHelpItsTypeAndASampleASite) {
  EXPECT_EQ(exposition({{"cutover_held", "Held now", false, {{"shop", 3}, {"blog", 0}}},
                        {"cutover_requests_total", "Served", true, {{"shop", 12}}}}),
            "# HELP cutover_held Held now\n"
            "# TYPE cutover_held gauge\n"
            "cutover_held{site=\"shop\"} 3\n"
            "cutover_held{site=\"blog\"} 0\n"
            "# HELP cutover_requests_total Served\n"
            "# TYPE cutover_requests_total counter\n"
            "cutover_requests_total{site=\"shop\"} 12\n");
}

TEST(Exposition, WithoutASiteHasNoLabelAndWithoutASampleIsNotThere) {
  EXPECT_EQ(exposition({{"up", "Up", false, {{"", 1}}}, {"none", "None", false, {}}}),
            "# HELP up Up\n# TYPE up gauge\nup 1\n");
}

TEST(Exposition, EscapesWhatWouldEndALineOrAValue) {
  EXPECT_EQ(exposition({{"up", "a \"b\" \\ c\nd", false, {{"a\"b\\c\nd", 1}}}}),
            "# HELP up a \"b\" \\\\ c\\nd\n# TYPE up gauge\nup{site=\"a\\\"b\\\\c\\nd\"} 1\n");
}

TEST(Exposition, SaysWhatIsUnknownOrWithoutEndAsPrometheusDoes) {
  EXPECT_EQ(
      exposition({{"up", "Up", false, {{"a", kUnknown}, {"b", kInfinite}, {"c", -kInfinite}}}}),
      "# HELP up Up\n# TYPE up gauge\n"
      "up{site=\"a\"} NaN\nup{site=\"b\"} +Inf\nup{site=\"c\"} -Inf\n");
}

TEST(Exposition, LosesNothingOfACountOrOfAClock) {
  EXPECT_EQ(decimal(123456789012345, "?"), "123456789012345");
  EXPECT_EQ(decimal(1700000000.123, "?"), "1700000000.123");
  EXPECT_EQ(decimal(0.1, "?"), "0.1");
  EXPECT_EQ(decimal(kUnknown, "?"), "?");
}

}  // namespace
}  // namespace cutover
