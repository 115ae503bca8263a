// SPDX-License-Identifier: Apache-2.0
// Another site on the same database server: named before its writes stop, and left behind by a word
// in the configuration.
#include <gmock/gmock.h>

#include "tests/harness/replication.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(LeftBehind, AnotherSiteRefusesASwitchUntilItIsNamed) {
  Stage stage;
  EXPECT_EQ(stage.site().await_gate(), "");
  stage.old_database().execute("CREATE DATABASE blog");
  stage.old_database().execute("CREATE TABLE blog.posts (id INT PRIMARY KEY)");
  stage.old_database().execute("CREATE USER blog@'%' IDENTIFIED BY 'not-a-secret'");
  stage.old_database().execute("GRANT ALL ON blog.* TO blog@'%'");
  ASSERT_TRUE(harness::caught_up(stage.old_database(), stage.new_database()));
  const auto refused = stage.site().cutoverctl({"switch"});
  EXPECT_EQ(refused.exit_code, 1) << refused.output;
  EXPECT_THAT(refused.output, AllOf(HasSubstr("other-sites"), HasSubstr("account blog@%"),
                                    HasSubstr("CutoverLeaveBehind blog")));
  stage.expect_serves("old");
  stage.configure("CutoverLeaveBehind", "CutoverLeaveBehind blog");
  stage.site().graceful();
  EXPECT_EQ(stage.site().await_gate(), "");
  stage.expect_switch();
}

}  // namespace
}  // namespace cutover::test
