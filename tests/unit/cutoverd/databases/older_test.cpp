// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/databases/scene/older.h"

#include <gtest/gtest.h>

namespace cutover {
namespace {

constexpr Release kMySql57{false, 5'007};
constexpr Release kMySql80{false, 8'000};
constexpr Release kMariaDb103{true, 10'003};
constexpr Release kMariaDb105{true, 10'005};

std::string granted(const Release& release, const char* privilege) {
  std::string on = "*.*";
  const std::string word = privilege_in(release, privilege, on);
  return word.empty() ? "" : word + " ON " + on;
}

TEST(Older, PrivilegesAreThoseThatTheReleaseHas) {
  EXPECT_EQ(granted(kMySql57, "SYSTEM_VARIABLES_ADMIN"), "SUPER ON *.*");
  EXPECT_EQ(granted(kMySql57, "REPLICATION_SLAVE_ADMIN"), "SUPER ON *.*");
  EXPECT_EQ(granted(kMySql57, "XA_RECOVER_ADMIN"), "");
  EXPECT_EQ(granted(kMySql57, "SHOW_ROUTINE"), "SELECT ON mysql.*");
  EXPECT_EQ(granted(kMySql57, "REPLICATION SLAVE"), "REPLICATION SLAVE ON *.*");
  EXPECT_EQ(granted(kMySql80, "SHOW_ROUTINE"), "SHOW_ROUTINE ON *.*");
  EXPECT_EQ(granted(kMariaDb103, "SLAVE MONITOR"), "REPLICATION CLIENT ON *.*");
  EXPECT_EQ(granted(kMariaDb103, "BINLOG MONITOR"), "REPLICATION SLAVE ON *.*");
  EXPECT_EQ(granted(kMariaDb103, "READ_ONLY ADMIN"), "SUPER ON *.*");
  EXPECT_EQ(granted(kMariaDb105, "READ_ONLY ADMIN"), "READ_ONLY ADMIN ON *.*");
}

TEST(Older, QuestionsNameWhatTheReleaseHas) {
  const std::string keys =
      "SELECT f.ID FROM information_schema.INNODB_FOREIGN f "
      "JOIN information_schema.INNODB_FOREIGN_COLS c ON c.ID = f.ID";
  EXPECT_EQ(in_words_of(kMySql57, keys),
            "SELECT f.ID FROM information_schema.INNODB_SYS_FOREIGN f "
            "JOIN information_schema.INNODB_SYS_FOREIGN_COLS c ON c.ID = f.ID");
  EXPECT_EQ(in_words_of(kMySql80, keys), keys);
  EXPECT_EQ(in_words_of(kMariaDb103, keys), keys);
  EXPECT_EQ(in_words_of(kMySql57, "SELECT 1 FROM information_schema.check_constraints c"),
            "SELECT '' AS name, '' AS clause FROM DUAL WHERE FALSE");
}

TEST(Older, ARoleOutlivesARestartWhereItIsPersisted) {
  EXPECT_FALSE(kMySql57.has_persist());
  EXPECT_TRUE(kMySql80.has_persist());
  EXPECT_FALSE(kMariaDb105.has_persist());
}

}  // namespace
}  // namespace cutover
