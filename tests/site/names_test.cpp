// SPDX-License-Identifier: Apache-2.0
// What visitors would get from the new host, as the preflight finds it by their own way; and that a
// switch asks for nothing there.
#include <gmock/gmock.h>

#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

// "VERDICT SEEN" of one row.
std::string row(Stage& stage, const std::string& name) {
  const auto done = stage.site().cutoverctl({"preflight", "--json"});
  const json checks = json::parse(done.output).at("checks");
  for (const json& check : checks)
    if (check.at("name") == name) return check.value("verdict", "") + " " + check.value("seen", "");
  return "there is no row " + name;
}

TEST(Names, AProxySectionThatRefusesEverybodyIsFoundBeforeTheSwitch) {
  Stage stage;
  EXPECT_EQ(stage.site().await_gate(), "");
  // The application logs whoever comes, and cannot yet.
  EXPECT_THAT(row(stage, "new-host-names"),
              AllOf(StartsWith("warn http://"), HasSubstr("new 500")));
  stage.site().old_httpd().conf().add("<Proxy *>\nRequire all denied\n</Proxy>");
  stage.site().old_httpd().write_conf();
  stage.site().graceful();
  EXPECT_EQ(stage.site().await_gate(), "");
  EXPECT_THAT(row(stage, "new-host-names"),
              AllOf(StartsWith("block http://"), HasSubstr("new 403")));
  const auto refused = stage.site().cutoverctl({"switch"});
  EXPECT_EQ(refused.exit_code, 1) << refused.output;
  EXPECT_THAT(refused.output, HasSubstr("new-host-names"));
  EXPECT_EQ(stage.ask(), "old");
}

TEST(Names, ASwitchAsksTheNewHostForNothingAndGoesByThePreflight) {
  Stage stage;
  EXPECT_EQ(stage.site().await_gate(), "");
  const auto asked = [&] {
    return harness::read_file(stage.site().new_httpd().directory() / "access.log").size();
  };
  const auto before = asked();
  EXPECT_EQ(stage.site().cutoverctl({"switch"}).exit_code, 0);
  EXPECT_EQ(asked(), before);
  EXPECT_EQ(stage.ask(), "new");
  stage.expect_rollback();
  EXPECT_THAT(row(stage, "new-host-names"), HasSubstr("new 500"));
  EXPECT_GT(asked(), before) << "the preflight does";
}

}  // namespace
}  // namespace cutover::test
