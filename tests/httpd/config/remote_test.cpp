// SPDX-License-Identifier: Apache-2.0
// CutoverRemote: passed to the new host in every phase, never held, never counted; and nothing else
// is, however its path is spelt.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/httpd/connection.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using harness::write_file;
using testing::HasSubstr;

RigOptions options() {
  RigOptions o;
  o.site = "CutoverRemote /.well-known/acme-challenge/\nCutoverLocal /health";
  return o;
}

class Remote : public testing::Test {
 protected:
  Remote() : rig_(options()) {
    for (Httpd* host : {&rig_.old_host(), &rig_.new_host()}) {
      const std::string name = host == &rig_.old_host() ? "old" : "new";
      const auto folder = host->htdocs() / ".well-known/acme-challenge";
      std::filesystem::create_directories(folder);
      write_file(folder / "token", name + "'s token");
      write_file(folder.parent_path() / "security.txt", name + "'s contact");
    }
    rig_.start();
  }
  Rig rig_;
};

TEST_F(Remote, IsPassedToTheNewHostInEveryPhaseAndNotCounted) {
  const auto check = [&](const char* phase) {
    EXPECT_EQ(rig_.ask("/.well-known/acme-challenge/token"), "new's token") << phase;
    EXPECT_EQ(rig_.ask("/.well-known/%61cme-challenge/./token"), "new's token") << phase;
  };
  rig_.serve(Side::kOld);
  check("old");
  rig_.hold(AtDeadline::kRefuse);
  check("hold");
  rig_.serve(Side::kNew);
  check("new");
  const Counts counts = rig_.counts();
  EXPECT_EQ(counts.served[0] + counts.served[1], 0U);
  EXPECT_EQ(counts.held, 0U);
  EXPECT_EQ(counts.in_flight, 0);
}

TEST_F(Remote, NoOtherPathIs) {
  rig_.serve(Side::kOld);
  EXPECT_EQ(rig_.ask("/.well-known/security.txt"), "old's contact");
  for (const char* path : {"/.well-known/acme-challenge/../security.txt",
                           "/.well-known/acme-challenge%2f..%2fsecurity.txt",
                           "/.well-known/acme-challenge/%2e%2e/security.txt"})
    EXPECT_THAT(exchange(rig_.port(), path), testing::Not(HasSubstr("new's"))) << path;
}

TEST_F(Remote, WhereTheNewHostIsDownThatIsSaidToWhomAsksForIt) {
  rig_.serve(Side::kOld);
  rig_.new_host().stop();
  EXPECT_EQ(rig_.ask("/.well-known/acme-challenge/token"), "503");
  EXPECT_EQ(rig_.ask(), "old");
}

}  // namespace
}  // namespace cutover::test
