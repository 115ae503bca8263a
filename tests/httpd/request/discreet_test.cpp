// SPDX-License-Identifier: Apache-2.0
// A request with secrets in its path and its query holds a drain up. It is named wherever people
// look, without them, and found again in the access log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <future>

#include "mod_cutover/wire/json.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/eventually.h"
#include "tests/harness/process.h"
#include "tests/httpd/connection.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using harness::eventually;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class Discreet : public testing::Test {
 protected:
  static RigOptions options() {
    RigOptions options;
    options.coordinator = true;
    options.site = "CutoverDrainTimeout 300ms\n";
    return options;
  }
  std::string cutoverctl(const std::string& verb) {
    return harness::run({harness::product("cutoverctl"), "--state-dir", rig_.state_dir(), verb})
        .output;
  }
  // All that the product has written and shows by now.
  std::string everything() {
    std::string all = rig_.old_host().error_log() + rig_.admin().get("/cutover/").body +
                      rig_.admin().get("/cutover/status.json").body +
                      rig_.admin().get("/cutover/events.json").body +
                      rig_.admin().get("/cutover/metrics").body;
    for (const char* verb : {"status", "events"}) all += cutoverctl(verb);
    for (const auto& file : std::filesystem::directory_iterator(rig_.state_dir()))
      if (file.is_regular_file()) all += harness::read_file(file.path());
    return all;
  }

  Rig rig_{options()};
};

TEST_F(Discreet, SecretsOfARequestAreNowhereAndItIsFoundByItsDigest) {
  rig_.start();
  const std::string end = rig_.directory() + "/end";
  const std::string path = "/cgi/slow/alice%40example.com/4111111111111111/a1b2c3d4e5f6?" + end;
  auto slow = std::async(std::launch::async, [&] { return rig_.ask(path); });
  ASSERT_TRUE(eventually([&] { return rig_.counts().in_flight == 1; }));
  std::string said;
  EXPECT_TRUE(eventually([&] {
    said = cutoverctl("rehearse");
    return said.find("/cgi/slow/...?... ~") != std::string::npos;
  })) << said;
  // What is known of slow paths is told without being asked.
  EXPECT_TRUE(eventually([&] {
    return rig_.admin().get("/cutover/status.json").body.find("/cgi/slow/...") != std::string::npos;
  }));
  const std::string all = everything() + said;
  EXPECT_THAT(all, HasSubstr("GET /cgi/slow/...?... ~"));
  for (const char* secret : {"alice", "4111", "a1b2c3", "/end"})
    EXPECT_THAT(all, Not(HasSubstr(secret)));
  harness::write_file(end, "");
  slow.get();
  const auto at = said.find(" ~");
  ASSERT_NE(at, std::string::npos);
  const std::string digest = said.substr(at + 2, 8);
  EXPECT_TRUE(eventually([&] {
    return rig_.old_host().access_log().find(" digest=" + digest) != std::string::npos;
  })) << said
      << rig_.old_host().access_log();
}

// Whom a slow line keeps, and whom the site itself.
TEST_F(Discreet, WhoStillSendsItsBodyIsToldFromWhoIsWorkedFor) {
  rig_.start();
  Connection slow_line(rig_.port());
  slow_line.send(
      "POST /cgi/env HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n"
      "Content-Length: 10\r\n\r\nhalf ");
  ASSERT_TRUE(eventually([&] { return rig_.counts().in_flight == 1; }));
  std::string said;
  const auto rehearsed = [&](const std::string& about) {
    return eventually([&] {
      said = cutoverctl("rehearse");
      return said.find(about) != std::string::npos;
    });
  };
  EXPECT_TRUE(rehearsed("POST /cgi/env, still sending its body (")) << said;
  EXPECT_THAT(cutoverctl("preflight"), HasSubstr("still sending its body"));
  slow_line.send("whole");
  EXPECT_THAT(slow_line.read_all(), HasSubstr("half whole"));

  const std::string end = rig_.directory() + "/end";
  Connection worked_for(rig_.port());
  worked_for.send("POST /cgi/slow?" + end +
                  " HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return rig_.counts().in_flight == 1; }));
  EXPECT_TRUE(rehearsed("POST /cgi/slow?... ~")) << said;
  EXPECT_THAT(said, Not(HasSubstr("sending")));
  harness::write_file(end, "");
  worked_for.read_all();
}

}  // namespace
}  // namespace cutover::test
