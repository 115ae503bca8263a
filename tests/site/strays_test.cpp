// SPDX-License-Identifier: Apache-2.0
// Whoever still comes by the old host after the switch is counted, by name and network, and the
// count outlives the coordinator.
#include <gmock/gmock.h>

#include <cstdio>

#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using testing::HasSubstr;

// From an address of its own: 127.0.0.1 and 127.0.1.1 are two networks.
void visit(const Stage& stage, const std::string& from, const std::string& host) {
  const std::string port = std::to_string(const_cast<Stage&>(stage).site().port());
  const auto seen =
      harness::run({"curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--interface", from,
                    "-H", "Host: " + host, "http://127.0.0.1:" + port + "/who.txt"});
  EXPECT_EQ(seen.exit_code, 0) << seen.output;
}

TEST(Strays, AreCountedByNameAndNetworkOnlyWhileNewServes) {
  Stage stage;
  ASSERT_EQ(stage.site().await_gate(), "");
  visit(stage, "127.0.0.1", "shop.example.com");
  EXPECT_TRUE(stage.site().status().at("strays").is_null()) << "old serves: nobody is one";
  stage.expect_switch();
  for (int i = 0; i < 3; ++i) visit(stage, "127.0.1.1", "shop.example.com");
  visit(stage, "127.0.2.1", "made-up.example.com");
  const auto seen = [&] {
    const auto strays = stage.site().status().at("strays");
    return strays.is_object() && strays.at("networks").size() >= 2 ? strays : nlohmann::json();
  };
  nlohmann::json strays;  // asked once more, a busy coordinator might be silent for a moment
  ASSERT_TRUE(eventually([&] { return (strays = seen()).is_object(); }, std::chrono::seconds(15)));
  const int by_name = strays.at("hosts").value("shop.example.com", 0);
  EXPECT_EQ(by_name, 4) << "with the stage's own look; " << strays.dump(2);
  EXPECT_GE(strays.at("hosts").value("other", 0), 1) << "no name that a visitor made up";
  EXPECT_THAT(strays.at("networks").dump(), HasSubstr("127.0.1.0/24"));
  EXPECT_NEAR(strays.at("networks_day").get<double>(),
              static_cast<double>(strays.at("networks").size()), 0.5);
  EXPECT_THAT(stage.site().cutoverctl({"status"}).output, HasSubstr("networks in the last 24 h"));
  stage.site().old_httpd().graceful();
  EXPECT_TRUE(eventually(
      [&] {
        const auto again = seen();
        return again.is_object() && again.at("hosts").value("shop.example.com", 0) == by_name;
      },
      std::chrono::seconds(15)))
      << "the next coordinator knows them";
}

}  // namespace
}  // namespace cutover::test
