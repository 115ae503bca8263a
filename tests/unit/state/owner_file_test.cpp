// SPDX-License-Identifier: Apache-2.0
// The lives of a site's coordinators: each has a token of its own, and knows those before it.
#include "mod_cutover/state/owner_file.h"

#include <gtest/gtest.h>

#include "tests/unit/temp_folder.h"

namespace cutover {
namespace {

TEST(OwnerFile, EachLifeHasATokenOfItsOwnAndKnowsThoseBeforeIt) {
  TempFolder folder;
  const std::string path = folder / "shop.owners";
  const OwnerFile first(path);
  const OwnerFile second(path);
  const OwnerFile third(path);
  EXPECT_EQ(first.token().size(), 32U);
  EXPECT_TRUE(first.earlier().empty());
  ASSERT_EQ(third.earlier().size(), 2U) << "two that died one after the other";
  EXPECT_EQ(third.earlier()[0].token, first.token());
  EXPECT_EQ(third.earlier()[1].token, second.token());
  EXPECT_NE(first.token(), second.token());
  EXPECT_TRUE(third.earlier()[0].same_boot);
}

TEST(OwnerFile, ALifeOfAnotherBootMayBeAClonesAndStaysOne) {
  TempFolder folder;
  const std::string path = folder / "shop.owners";
  const std::string token(32, 'a');
  write_whole(path, "00000000-0000-0000-0000-000000000000 " + token + "\n");
  for (int life = 0; life < 2; ++life) {
    const OwnerFile now(path);
    EXPECT_EQ(now.earlier()[0].token, token);
    EXPECT_FALSE(now.earlier()[0].same_boot);
  }
}

TEST(OwnerFile, ALineThatWasCutOffProvesNothing) {
  TempFolder folder;
  const std::string path = folder / "shop.owners";
  write_whole(path, "boot " + std::string(31, 'a') + "\n\nboot\nx'); DROP TABLE y -- z\n");
  const OwnerFile now(path);
  EXPECT_TRUE(now.earlier().empty());
  EXPECT_EQ(now.token().size(), 32U);
}

TEST(OwnerFile, TheOldestAreForgotten) {
  TempFolder folder;
  const std::string path = folder / "shop.owners";
  std::string newest;
  for (int life = 0; life < 40; ++life) newest = OwnerFile(path).token();
  const OwnerFile now(path);
  EXPECT_EQ(now.earlier().size(), 31U);
  EXPECT_EQ(now.earlier().back().token, newest);
}

TEST(OwnerFile, WhereNothingCanBeWrittenThereIsNoToken) {
  TempFolder folder;
  const OwnerFile nowhere(folder / "no-folder/shop.owners");
  EXPECT_EQ(nowhere.token(), "");
  EXPECT_NE(nowhere.error().find("shop.owners"), std::string::npos);
}

}  // namespace
}  // namespace cutover
