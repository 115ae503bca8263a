// SPDX-License-Identifier: Apache-2.0
// The recovery table: every combination of evidence has one answer, and never a dangerous one.
#include "shared/protocol/recovery.h"

#include <gtest/gtest.h>

#include <set>

namespace cutover {
namespace {

// As `using enum` would, which g++ 10 lacks.
constexpr JournalPhase kRest = JournalPhase::kRest, kDrain = JournalPhase::kDrain,
                       kFence = JournalPhase::kFence, kCatch = JournalPhase::kCatch,
                       kPromote = JournalPhase::kPromote, kRelease = JournalPhase::kRelease,
                       kUndo = JournalPhase::kUndo, kResolve = JournalPhase::kResolve,
                       kProve = JournalPhase::kProve, kReturn = JournalPhase::kReturn;
constexpr JournalPhase kPhases[] = {kRest,    kDrain, kFence,   kCatch, kPromote,
                                    kRelease, kUndo,  kResolve, kProve, kReturn};

bool at_rest(JournalPhase phase) {
  return phase == kRest || phase == kRelease || phase == kDrain || phase == kResolve ||
         phase == kProve;
}

constexpr std::optional<bool> kAnswers[] = {std::nullopt, false, true};

// Calls `check` with every evidence there is.
template <typename Check>
void for_all(JournalPhase phase, Check check) {
  for (const auto& mine : kAnswers)
    for (const auto& theirs : kAnswers)
      for (int bits = 0; bits < 3 * 128; ++bits) {
        const Evidence e{mine,
                         theirs,
                         (bits & 1) != 0,
                         (bits & 2) != 0,
                         (bits & 4) != 0,
                         (bits & 8) != 0,
                         (bits & 16) != 0,
                         (bits & 32) != 0,
                         (bits & 64) != 0,
                         static_cast<Lost>(bits / 128)};
        check(e, recover(phase, e).resume);
      }
}

bool makes_theirs_the_writer(Resume r) {
  return r == Resume::kForward || r == Resume::kForwardOwing || r == Resume::kFenceForward ||
         r == Resume::kFenceFlagForward || r == Resume::kCatchUpForward;
}

bool undoes(Resume r) { return r == Resume::kUndo || r == Resume::kFenceOtherUndo; }

TEST(Recovery, EveryEvidenceOfEveryPhaseFitsARow) {
  for (const JournalPhase phase : kPhases)
    for_all(phase, [&](const Evidence& e, Resume) {
      EXPECT_NE(recover(phase, e).why, "no row of the recovery table fits") << name(phase);
    });
}

TEST(Recovery, NoRowIsShadowedByTheRowsAboveIt) {
  std::set<std::uint16_t> used;
  for (const JournalPhase phase : kPhases)
    for_all(phase, [&](const Evidence& e, Resume) { used.insert(recover(phase, e).id); });
  for (const RecoveryRow& row : recovery_table()) EXPECT_TRUE(used.contains(row.id)) << row.id;
}

TEST(Recovery, BeforeThePromotionNothingGoesForwardAndFromItOnNothingGoesBack) {
  for (const JournalPhase phase : kPhases)
    for_all(phase, [&](const Evidence&, Resume resume) {
      if (phase != kPromote) {
        EXPECT_FALSE(makes_theirs_the_writer(resume)) << name(phase);
      } else {
        EXPECT_TRUE(makes_theirs_the_writer(resume) || resume == Resume::kLookAgain);
      }
      if (at_rest(phase)) {
        EXPECT_FALSE(undoes(resume)) << name(phase);
      }
    });
}

TEST(Recovery, AWritableArrivingDatabaseIsNeverIgnoredByAnUndo) {
  for (const JournalPhase phase : {kFence, kCatch, kUndo})
    for_all(phase, [&](const Evidence& e, Resume resume) {
      if (!e.mine_read_only) {
        EXPECT_EQ(resume, Resume::kLookAgain);
        return;
      }
      EXPECT_EQ(resume, e.theirs_read_only.value_or(true) ? Resume::kUndo
                        : e.theirs_moved                  ? Resume::kInDoubt
                                                          : Resume::kFenceOtherUndo);
    });
}

TEST(Recovery, ForwardWithoutAFenceIsOnlyForAFencedDatabaseThatHasNotMoved) {
  for_all(kPromote, [](const Evidence& e, Resume resume) {
    if (!e.mine_read_only || !e.theirs_read_only) {
      const bool promoted = !e.mine_read_only && e.theirs_read_only && !*e.theirs_read_only;
      EXPECT_EQ(resume, promoted ? Resume::kForwardOwing : Resume::kLookAgain);
      return;
    }
    EXPECT_EQ(resume == Resume::kForward, *e.mine_read_only && !e.mine_moved);
    EXPECT_EQ(resume == Resume::kFenceForward, !*e.mine_read_only && !e.mine_moved);
    EXPECT_EQ(resume == Resume::kCatchUpForward,
              e.mine_moved && *e.theirs_read_only && e.link_alive);
  });
}

// The one thing that a keeper may not do is to undo what a person did.
TEST(Recovery, AtRestNothingIsTouchedThatNoRestartExplains) {
  for_all(kRest, [](const Evidence& e, Resume resume) {
    if (!acts(resume) || resume == Resume::kServeFlag) return;
    EXPECT_TRUE(e.mine_read_only && e.theirs_read_only) << "both answer";
    if (*e.mine_read_only) {
      EXPECT_TRUE(e.mine_restarted);
    }
    if (!*e.theirs_read_only) {
      EXPECT_TRUE(e.theirs_restarted);
    }
    if (e.theirs_moved) {
      EXPECT_FALSE(e.unexplained) << "the journal may be old";
    }
  });
}

TEST(Recovery, AtRestTwoInEachOthersRolesAreSomebodysSwitchUnlessBothWereRestarted) {
  Evidence e{true, false};
  EXPECT_EQ(recover(kRest, e).resume, Resume::kStay);
  e.mine_restarted = true;
  EXPECT_EQ(recover(kRest, e).resume, Resume::kStay);
  e.theirs_restarted = true;
  EXPECT_EQ(recover(kRest, e).resume, Resume::kServeFenceOther) << "a power cut";
  e.theirs_moved = true;
  EXPECT_EQ(recover(kRest, e).resume, Resume::kStay);
}

TEST(Recovery, AtRestADatabaseThatDoesNotAnswerChangesNothingAndAtAColdStartHoldsEverybody) {
  for_all(kRest, [](const Evidence& e, Resume resume) {
    if (e.mine_read_only && e.theirs_read_only) return;
    EXPECT_FALSE(acts(resume));
    if (e.cold) {
      EXPECT_EQ(resume, Resume::kStay);
    }
  });
  EXPECT_EQ(recover(kRest, {false, std::nullopt}).resume, Resume::kServe);
}

TEST(Recovery, ADatabaseThatIsBuiltAnewIsNotTouchedWhateverItsRole) {
  for_all(kRest, [](const Evidence& e, Resume resume) {
    if (e.lost != Lost::kTheirs || !e.mine_read_only || !e.theirs_read_only) return;
    EXPECT_EQ(resume, Resume::kServeSaid);
  });
  Evidence back{false, false};
  back.theirs_restarted = true;
  EXPECT_EQ(recover(kRest, back).resume, Resume::kServeFenceOther) << "it has all that it wrote";
}

TEST(Recovery, AServingDatabaseThatLostWritesServesAndIsADoubt) {
  Evidence e{false, true};
  e.lost = Lost::kMine;
  EXPECT_EQ(recover(kRest, e).id, 268);
  EXPECT_EQ(recover(kRest, e).resume, Resume::kServeFlag);
  e.theirs_read_only = false;
  e.theirs_restarted = true;
  EXPECT_EQ(recover(kRest, e).resume, Resume::kServeFlag) << "nothing is fenced either";
  e.mine_read_only = true;
  e.mine_restarted = true;
  EXPECT_NE(recover(kRest, e).id, 268) << "one that is closed is another row's";
  e.lost = Lost::kNone;
  e.mine_read_only = false;
  EXPECT_EQ(recover(kRest, e).resume, Resume::kServeFenceOther);
}

TEST(Recovery, ARunThatHadSentNothingIsAsTheSiteAtRest) {
  for_all(kDrain,
          [](const Evidence& e, Resume resume) { EXPECT_EQ(resume, recover(kRest, e).resume); });
}

TEST(Recovery, APersonsWordIsCarriedOutWhateverTheDatabasesSay) {
  for_all(kResolve, [](const Evidence&, Resume resume) { EXPECT_EQ(resume, Resume::kResolve); });
}

TEST(Recovery, OurOwnPromotionIsFinishedThoughTheDatabaseThatWasLeftDoesNotAnswer) {
  EXPECT_EQ(recover(kRelease, {true, std::nullopt}).resume, Resume::kServeOwing);
  EXPECT_EQ(recover(kRelease, {false, std::nullopt}).resume, Resume::kServeOwing);
  EXPECT_EQ(recover(kRelease, {std::nullopt, true}).resume, Resume::kLookAgain);
  EXPECT_EQ(recover(kRelease, {true, true}).resume, Resume::kServeUnfence);
}

TEST(Recovery, WhoWasNotProvedDoesNotServeAsIfNothingHadBeen) {
  for_all(kReturn, [](const Evidence& e, Resume resume) {
    EXPECT_EQ(resume,
              e.mine_read_only && e.theirs_read_only ? Resume::kReturn : Resume::kLookAgain);
  });
}

TEST(Recovery, AProofThatWasNotEndedIsAsTheRelease) {
  for_all(kProve,
          [](const Evidence& e, Resume resume) { EXPECT_EQ(resume, recover(kRelease, e).resume); });
}

}  // namespace
}  // namespace cutover
