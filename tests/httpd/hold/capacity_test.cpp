// SPDX-License-Identifier: Apache-2.0
// What the preflight says of the new host: whether it is another one at all, and whether httpd has
// workers enough for it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mod_cutover/wire/json.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/process.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json row(const Rig& rig, const std::string& name) {
  const auto finished = harness::run({harness::product("cutoverctl"), "--state-dir",
                                      rig.state_dir(), "preflight", "shop", "--json"});
  const json result = json::parse(finished.output);
  for (const json& check : result.at("checks"))
    if (check.at("name") == name) return check;
  ADD_FAILURE() << finished.output;
  return json::object();
}

json capacity(const Rig& rig) { return row(rig, "capacity"); }

TEST(NewHost, ThatIsThisHttpdItselfBlocks) {
  RigOptions options;
  options.coordinator = true;
  Rig rig(options);
  options.site = "CutoverNewHost http://127.0.0.1:" + std::to_string(rig.port());
  rig.reconfigure(options);
  rig.start();
  ASSERT_EQ(rig.ask(), "old");
  const json check = row(rig, "new-host");
  EXPECT_EQ(check.value("verdict", ""), "block") << check.dump();
  EXPECT_THAT(check.value("seen", ""), HasSubstr("requests would go in circles"));
}

TEST(NewHost, ThatClosesIdleConnectionsBeforeTheyAreUsedAgainIsAWarning) {
  RigOptions options;
  options.coordinator = true;
  options.new_server = "KeepAliveTimeout 2";
  Rig rig(options);
  rig.start();
  ASSERT_EQ(rig.ask(), "old");
  EXPECT_EQ(row(rig, "keep-alive").value("verdict", ""), "warn");
  options.server = "<Proxy \"http://127.0.0.1:" + std::to_string(rig.new_port()) +
                   "\">\nProxySet ttl=1\n</Proxy>";
  rig.reconfigure(options);
  rig.old_host().graceful();
  EXPECT_TRUE(
      harness::eventually([&] { return row(rig, "keep-alive").value("verdict", "") == "pass"; }));
  RigOptions longer;
  longer.coordinator = true;
  Rig usual(longer);
  usual.start();
  ASSERT_EQ(usual.ask(), "old");
  EXPECT_EQ(row(usual, "keep-alive").value("verdict", ""), "pass");
}

TEST(NewHost, ThatHasToWakeUpIsWaitedForAndSaidToBeSlow) {
  RigOptions options;
  options.coordinator = true;
  Rig rig(options);
  const auto root = rig.new_host().directory();
  rig.new_host().conf().add("ScriptAliasMatch ^/$ " + (root / "cgi/asleep").string());
  rig.new_host().write_conf();
  harness::write_file(root / "cgi/asleep",
                      "#!/bin/sh\nmkdir " + (root / "awake").string() +
                          " 2>/dev/null && sleep 2.2\necho Content-Type: text/plain\necho\n",
                      0755);
  std::filesystem::create_directories(root);
  std::filesystem::permissions(root, std::filesystem::perms::all);
  rig.start();
  ASSERT_EQ(rig.ask(), "old");
  const json check = row(rig, "new-host");
  EXPECT_EQ(check.value("verdict", ""), "warn") << check.dump();
  EXPECT_THAT(check.value("seen", ""), HasSubstr("answers with status 200, after 2."));
  EXPECT_EQ(row(rig, "new-host").value("verdict", ""), "pass") << "it is awake";
}

TEST(Capacity, IsComparedWithTheWorkersOnceTheSiteWasWatchedForAWhile) {
  RigOptions options;
  options.coordinator = true;
  Rig rig(options);
  rig.start();
  ASSERT_EQ(rig.ask(), "old");
  EXPECT_EQ(capacity(rig).value("verdict", ""), "warn") << "unknown is not fine";
  EXPECT_TRUE(harness::eventually(
      [&] {
        for (int i = 0; i < 20; ++i) rig.ask();
        return capacity(rig).value("verdict", "") == "pass";
      },
      std::chrono::seconds(20)));
  const std::string seen = capacity(rig).value("seen", "");
  EXPECT_THAT(seen, HasSubstr("of httpd's 32 workers"));
  EXPECT_THAT(seen, testing::Not(testing::StartsWith("0 requests/s")));
}

}  // namespace
}  // namespace cutover::test
