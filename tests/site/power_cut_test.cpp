// SPDX-License-Identifier: Apache-2.0
// Everything is killed at once in one step of a run: httpd, the coordinator, both databases, and
// the journal loses what was not durable. Soon after httpd's start the site serves from the right
// side, which is writable, or says that it is in doubt. CUTOVER_WHOLE=1 in the environment: in
// every step.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/faults/table.h"
#include "tests/harness/build_paths.h"

namespace cutover::test {
namespace {

using faults::Blow;
using faults::Report;
using faults::Step;

Blow power_cut(Step step, bool rollback) {
  return {faults::Victim::kEverything, faults::Fault::kPowerCut, step, rollback};
}

std::vector<Blow> blows_of_this_run() {
  if (std::getenv("CUTOVER_WHOLE") == nullptr)
    return {power_cut(Step::kFenced, false), power_cut(Step::kPromoteSent, false),
            power_cut(Step::kReleasing, true)};
  std::vector<Blow> all;
  for (std::size_t step = 0; step < faults::kSteps; ++step)
    for (const bool rollback : {false, true})
      all.push_back(power_cut(static_cast<Step>(step), rollback));
  return all;
}

TEST(PowerCut, SoonAfterTheStartTheSiteServesOrSaysThatItIsInDoubt) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's coordinator does not start with another library preloaded";
#endif
  const std::vector<Blow> blows = blows_of_this_run();
  faults::Campaign campaign(
      [](const Report& report) {
        std::printf("%s\n", line(report).c_str());
        std::fflush(stdout);
        EXPECT_NE(report.ending, faults::Ending::kViolation) << line(report);
        ASSERT_TRUE(report.serving_after) << line(report);
        EXPECT_LE(*report.serving_after, faults::kServiceLimit);
      },
      harness::build_dir() / "faults-traces");
  campaign.run(blows);
  EXPECT_EQ(campaign.reports().size(), blows.size());
  std::printf("%s", times(campaign.reports()).c_str());
}

}  // namespace
}  // namespace cutover::test
