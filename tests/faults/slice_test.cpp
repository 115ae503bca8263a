// SPDX-License-Identifier: Apache-2.0
// A short slice of the campaign for every test run: one blow of each kind, where it hurts most.
#include <gtest/gtest.h>

#include "tests/faults/table.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/gtest_problems.h"

namespace cutover::faults {
namespace {

void expect_no_violation(const std::vector<Blow>& slice) {
  Campaign campaign(
      [](const Report& report) {
        std::printf("%s\n", line(report).c_str());
        EXPECT_NE(report.ending, Ending::kViolation) << line(report);
      },
      harness::build_dir() / "faults-traces");
  campaign.run(slice);
  EXPECT_EQ(campaign.reports().size(), slice.size());
}

TEST(Faults, ASliceOfTheCampaignFindsNoViolation) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's coordinator does not start with another library preloaded";
#endif
  // As `using enum` would, which g++ 10 lacks.
  constexpr Victim kCoordinator = Victim::kCoordinator, kWorker = Victim::kWorker,
                   kHttpd = Victim::kHttpd, kEverything = Victim::kEverything,
                   kOldDatabase = Victim::kOldDatabase, kNewDatabase = Victim::kNewDatabase,
                   kNewHttpd = Victim::kNewHttpd, kReplication = Victim::kReplication,
                   kOldDatabaseLink = Victim::kOldDatabaseLink,
                   kNewDatabaseLink = Victim::kNewDatabaseLink, kNewHostLink = Victim::kNewHostLink,
                   kStateDir = Victim::kStateDir, kClock = Victim::kClock,
                   kOtherCoordinator = Victim::kOtherCoordinator;
  constexpr Fault kKill = Fault::kKill, kFreeze = Fault::kFreeze, kRestart = Fault::kRestart,
                  kPowerCut = Fault::kPowerCut, kBlackHole = Fault::kBlackHole,
                  kRefuse = Fault::kRefuse, kSlow = Fault::kSlow, kAnswerLost = Fault::kAnswerLost,
                  kDiskFull = Fault::kDiskFull, kBackward = Fault::kBackward,
                  kFrozenAndGivenUp = Fault::kFrozenAndGivenUp,
                  kOpenedByHand = Fault::kOpenedByHand, kRestored = Fault::kRestored,
                  kStays = Fault::kStays;
  constexpr Step kAsked = Step::kAsked, kQuieting = Step::kQuieting, kDraining = Step::kDraining,
                 kFenceSent = Step::kFenceSent, kFenced = Step::kFenced,
                 kCatchingUp = Step::kCatchingUp, kRecorded = Step::kRecorded,
                 kPromoteSent = Step::kPromoteSent, kPromoted = Step::kPromoted,
                 kReleasing = Step::kReleasing;
  const std::vector<Blow> slice = {
      {kCoordinator, kKill, kFenced, false},
      {kCoordinator, kKill, kPromoteSent, true},
      {kCoordinator, kFreeze, kCatchingUp, false},
      {kCoordinator, kKill, kQuieting, true},
      {kWorker, kKill, kDraining, false},
      {kHttpd, kKill, kPromoted, true},
      {kEverything, kPowerCut, kRecorded, false},
      {kOldDatabase, kKill, kCatchingUp, false},
      {kNewDatabase, kRestart, kAsked, false},
      {kNewHttpd, kKill, kFenceSent, false},
      {kReplication, kSlow, kFenceSent, false},
      {kReplication, kBlackHole, kDraining, true},
      {kOldDatabaseLink, kAnswerLost, kFenceSent, false},
      {kNewDatabaseLink, kAnswerLost, kPromoteSent, false},
      {kNewHostLink, kRefuse, kDraining, false},
      {kStateDir, kDiskFull, kCatchingUp, true},
      {kClock, kBackward, kFenced, false},
      {kOtherCoordinator, kStays, kPromoteSent, false},
      {kOldDatabase, kFrozenAndGivenUp, kCatchingUp, false},
      {kNewDatabase, kOpenedByHand, kRecorded, false},
      {kStateDir, kRestored, kReleasing, false},
  };
  expect_no_violation(slice);
}

TEST(Faults, ASliceOfThoseOfAProofFindsNoViolation) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's coordinator does not start with another library preloaded";
#endif
  constexpr bool kSwitch = false;
  expect_no_violation(
      {{Victim::kNobody, Fault::kNothing, Step::kProving, kSwitch, Proof::kFails},
       {Victim::kCoordinator, Fault::kKill, Step::kProving, kSwitch, Proof::kFails},
       {Victim::kOldDatabaseLink, Fault::kAnswerLost, Step::kReopenSent, kSwitch, Proof::kFails},
       {Victim::kNobody, Fault::kNothing, Step::kProving, kSwitch, Proof::kPasses},
       {Victim::kNewDatabase, Fault::kGivenUp, Step::kProving, kSwitch, Proof::kFails}});
}

TEST(Faults, WhoIsHeldGoesOnAfterTheDecisionWhateverTheDay) {
  const nlohmann::json run = {
      {"outcome", "done"},
      {"started", "2026-11-28T10:00:00.000Z"},  // a clock that is a day back
      {"pause_ms", 15.0},
      {"phases", {{{"name", "draining"}, {"ms", 85.0}}, {{"name", "fencing"}, {"ms", 9.0}}}}};
  const std::int64_t started = 1795946400'000'000;  // 2026-11-29T10:00:00Z
  const auto at = [&](std::int64_t ms) { return started + 1000 * ms; };
  const auto after = released(run, {{at(20), 60, "let go before"},
                                    {at(50), 57, ""},
                                    {at(90), 31, ""},
                                    {at(101), -1, "came later"}});
  ASSERT_TRUE(after);
  EXPECT_EQ(after->held, 2U);
  EXPECT_EQ(after->first, milliseconds(7));
  EXPECT_EQ(after->last, milliseconds(21));
  EXPECT_FALSE(released({{"outcome", "refused"}}, {{at(20), 60, ""}}));
}

TEST(Faults, TheSameSeedChoosesTheSameBlows) {
  EXPECT_EQ(random_blows(7, 50), random_blows(7, 50));
  EXPECT_NE(random_blows(7, 50), random_blows(8, 50));
  for (const Blow& blow : random_blows(7, 50, true)) EXPECT_NE(blow.proof, Proof::kNone);
}

}  // namespace
}  // namespace cutover::faults
