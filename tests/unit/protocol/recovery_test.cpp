// SPDX-License-Identifier: Apache-2.0
// The recovery table: every combination of evidence has one answer, and never a dangerous one.
#include "shared/protocol/recovery.h"

#include <gtest/gtest.h>

#include <set>

namespace cutover {
namespace {

using enum JournalPhase;
constexpr JournalPhase kPhases[] = {kRest, kDrain, kFence, kCatch, kPromote, kRelease, kUndo};

bool at_rest(JournalPhase phase) { return phase == kRest || phase == kRelease; }

// Calls `check` with every evidence there is where both databases answer.
template <typename Check>
void for_all(JournalPhase phase, Check check) {
  for (int bits = 0; bits < 32; ++bits) {
    const Evidence e{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0,
                     (bits & 16) != 0};
    check(e, recover(phase, e).resume);
  }
}

bool makes_theirs_the_writer(Resume r) {
  return r == Resume::kForward || r == Resume::kFenceForward || r == Resume::kFenceFlagForward ||
         r == Resume::kCatchUpForward;
}

bool undoes(Resume r) { return r == Resume::kUndo || r == Resume::kFenceOtherUndo; }

TEST(Recovery, EveryEvidenceOfEveryPhaseFitsARow) {
  for (const JournalPhase phase : kPhases)
    for_all(phase, [&](const Evidence& e, Resume) {
      EXPECT_NE(recover(phase, e).why, "no row of the recovery table fits") << name(phase);
    });
}

TEST(Recovery, NoRowIsShadowedByTheRowsAboveIt) {
  std::set<const RecoveryRow*> used;
  for (const JournalPhase phase : kPhases)
    for_all(phase, [&](const Evidence& e, Resume resume) {
      const auto fits = [](Says says, bool fact) {
        return says == Says::kEither || (says == Says::kYes) == fact;
      };
      for (const RecoveryRow& row : recovery_table())
        if (row.phase == phase && fits(row.mine_read_only, *e.mine_read_only) &&
            fits(row.theirs_read_only, *e.theirs_read_only) && fits(row.mine_moved, e.mine_moved) &&
            fits(row.theirs_moved, e.theirs_moved) && fits(row.link_alive, e.link_alive)) {
          EXPECT_EQ(row.resume, resume);
          used.insert(&row);
          break;
        }
    });
  EXPECT_EQ(used.size(), recovery_table().size());
}

TEST(Recovery, BeforeThePromotionNothingGoesForwardAndFromItOnNothingGoesBack) {
  for (const JournalPhase phase : kPhases)
    for_all(phase, [&](const Evidence&, Resume resume) {
      EXPECT_EQ(makes_theirs_the_writer(resume), phase == kPromote) << name(phase);
      if (at_rest(phase)) {
        EXPECT_FALSE(undoes(resume)) << name(phase);
      }
    });
}

TEST(Recovery, AWritableArrivingDatabaseIsNeverIgnoredByAnUndo) {
  for (const JournalPhase phase : {kDrain, kFence, kCatch, kUndo})
    for_all(phase, [&](const Evidence& e, Resume resume) {
      EXPECT_EQ(resume, *e.theirs_read_only ? Resume::kUndo
                        : e.theirs_moved    ? Resume::kInDoubt
                                            : Resume::kFenceOtherUndo);
    });
}

TEST(Recovery, ForwardWithoutAFenceIsOnlyForAFencedDatabaseThatHasNotMoved) {
  for_all(kPromote, [](const Evidence& e, Resume resume) {
    EXPECT_EQ(resume == Resume::kForward, *e.mine_read_only && !e.mine_moved);
    EXPECT_EQ(resume == Resume::kFenceForward, !*e.mine_read_only && !e.mine_moved);
    EXPECT_EQ(resume == Resume::kCatchUpForward,
              e.mine_moved && *e.theirs_read_only && e.link_alive);
  });
}

TEST(Recovery, AtRestTheSideOfTheJournalServesWhateverTheDatabasesSay) {
  for (const JournalPhase phase : {kRest, kRelease})
    for_all(phase, [&](const Evidence& e, Resume resume) {
      EXPECT_TRUE(resume == Resume::kServe || resume == Resume::kServeFlag ||
                  resume == Resume::kServeUnfence || resume == Resume::kServeFenceOther);
      if (resume == Resume::kServe) {
        EXPECT_TRUE(!*e.mine_read_only && *e.theirs_read_only);
      }
    });
}

TEST(Recovery, InTheMiddleOfARunADatabaseThatDoesNotAnswerIsWaitedFor) {
  for (const JournalPhase phase : kPhases) {
    if (phase == kRest) continue;
    EXPECT_EQ(recover(phase, {std::nullopt, true}).resume, Resume::kLookAgain) << name(phase);
    EXPECT_EQ(recover(phase, {true, std::nullopt}).resume, Resume::kLookAgain) << name(phase);
    EXPECT_EQ(recover(phase, {}).resume, Resume::kLookAgain) << name(phase);
  }
}

TEST(Recovery, AtRestAServingDatabaseThatIsReadOnlyIsUnfencedThoughTheOtherDoesNotAnswer) {
  EXPECT_EQ(recover(kRest, {true, std::nullopt}).resume, Resume::kServeUnfence);
  EXPECT_EQ(recover(kRest, {false, std::nullopt}).resume, Resume::kServe);
  EXPECT_EQ(recover(kRest, {std::nullopt, true}).resume, Resume::kServe);
}

}  // namespace
}  // namespace cutover
