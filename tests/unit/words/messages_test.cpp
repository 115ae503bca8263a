// SPDX-License-Identifier: Apache-2.0
// Every line of the error log has an id, and every id an explanation.
#include "shared/words/messages.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "shared/protocol/recovery.h"
#include "shared/protocol/transitions.h"

namespace cutover {
namespace {

TEST(Messages, AnIdIsGivenOnceAndEachIsExplained) {
  const auto all = explanations();
  EXPECT_EQ(std::ranges::adjacent_find(all, std::ranges::greater_equal{}, &Explanation::id),
            all.end())
      << "in order, and none twice";
  for (const Explanation& one : all) {
    EXPECT_FALSE(happened(one).empty()) << one.id;
    EXPECT_FALSE(one.remedy.empty()) << one.id;
    EXPECT_EQ(explanation(one.id), &one);
  }
}

TEST(Messages, EveryRowOfBothTablesHasAnIdOfItsOwn) {
  std::vector<std::uint16_t> ids;
  for (const Row& row : transition_table()) {
    EXPECT_TRUE(row.id > 100 && row.id < 200) << row.why;
    ids.push_back(row.id);
  }
  for (const RecoveryRow& row : recovery_table()) {
    EXPECT_TRUE(row.id > 200 && row.id < 300) << row.why;
    ids.push_back(row.id);
  }
  for (const std::uint16_t id : ids) EXPECT_NE(explanation(id), nullptr) << id;
  std::ranges::sort(ids);
  EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
}

TEST(Messages, WhatIsSaidOutsideOfTheTablesIsExplained) {
  const std::pair<Message, Message> ranges[] = {
      {Message::kConfigurationRefused, Message::kWhichHttpd},
      {Message::kCoordinatorCannotStart, Message::kStateIsOld},
      {Message::kRunDone, Message::kServeAwaits},
      {Message::kWayBackArmed, Message::kNotRemembered},
      {Message::kStraysNotWritten, Message::kUnproved},
      {Message::kArmed, Message::kDisarmed},
      {Message::kCompleted, Message::kCleared},
      {Message::kVerifyBegins, Message::kVerifyNotKept}};
  std::size_t count = 0;
  for (const auto& [first, last] : ranges)
    for (auto id = id_of(first); id <= id_of(last); ++id, ++count)
      EXPECT_NE(explanation(id), nullptr) << id;
  const auto of_tables = [](const Explanation& one) { return one.id > 100 && one.id < 300; };
  EXPECT_EQ(count + static_cast<std::size_t>(std::ranges::count_if(explanations(), of_tables)),
            explanations().size())
      << "an explanation is left over";
}

TEST(Messages, RecoverySaysWhichRowItWasAlsoWhereNoneFits) {
  EXPECT_EQ(recover(JournalPhase::kRest, {false, true}).id, 201);
  EXPECT_EQ(recover(JournalPhase::kRest, {true, std::nullopt}).id, 208);
  EXPECT_EQ(recover(JournalPhase::kRest, {}).id, 207);
  EXPECT_EQ(recover(JournalPhase::kPromote, {}).id, 251);
}

TEST(Messages, ACodeHasFourDigits) {
  EXPECT_EQ(code(7), "CUT0007");
  EXPECT_EQ(code(312), "CUT0312");
}

}  // namespace
}  // namespace cutover
