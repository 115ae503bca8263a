// SPDX-License-Identifier: Apache-2.0
#include "shared/memory/question.h"

#include <gtest/gtest.h>

#include <memory>

namespace cutover {
namespace {

TEST(Question, IsKnownByTheSecretOfTheSitesCoordinatorAlone) {
  const auto control = std::make_unique<ControlArea>();
  SiteControl& shop = control->sites[0];
  const QuestionSecret secret = new_secret();
  tell_secret(shop, secret);
  EXPECT_EQ(side_asked(shop, question(secret, Side::kOld)), Side::kOld);
  EXPECT_EQ(side_asked(shop, question(secret, Side::kNew)), Side::kNew);
  EXPECT_FALSE(side_asked(control->sites[1], question(secret, Side::kNew)));
  EXPECT_FALSE(side_asked(shop, question(new_secret(), Side::kNew)));
  for (const std::string wrong : {"", "new", " new"}) EXPECT_FALSE(side_asked(shop, wrong));
  EXPECT_FALSE(side_asked(shop, question(secret, Side::kNew) + " "));
}

TEST(Question, NobodyGuessesASecretThatWasNeverTold) {
  const auto control = std::make_unique<ControlArea>();
  EXPECT_FALSE(side_asked(control->sites[0], question({}, Side::kNew)));
}

}  // namespace
}  // namespace cutover
