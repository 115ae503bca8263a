// SPDX-License-Identifier: Apache-2.0
// CutoverLocal: served here in every phase, never held, never counted; and nothing else is, however
// its path is spelt.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/httpd/connection.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using harness::write_file;
using testing::HasSubstr;
using testing::Not;

RigOptions options() {
  RigOptions o;
  o.site = "CutoverLocal /health /.well-known/acme-challenge/";
  o.vhost =
      "<Location /cutover>\nSetHandler cutover\n</Location>\n"
      "<LocationMatch ^/status-[a-z]+/>\nSetHandler cutover\n</LocationMatch>";
  return o;
}

class Local : public testing::Test {
 protected:
  Local() : rig_(options()) {
    for (Httpd* host : {&rig_.old_host(), &rig_.new_host()}) {
      const std::string name = host == &rig_.old_host() ? "old" : "new";
      std::filesystem::create_directories(host->htdocs() / "health");
      write_file(host->htdocs() / "health/index.txt", name + " is well");
      write_file(host->htdocs() / "healthy.txt", name + " is healthy");
      write_file(host->htdocs() / "secret.txt", name + " secret");
    }
    rig_.start();
  }
  Rig rig_;
};

TEST_F(Local, IsServedHereInEveryPhaseAndNotCounted) {
  const auto check = [&](const char* phase) {
    EXPECT_EQ(rig_.ask("/health/index.txt"), "old is well") << phase;
    EXPECT_EQ(rig_.ask("/%68ealth/./index.txt"), "old is well") << phase;
  };
  check("old");
  rig_.serve(Side::kNew);
  check("new");
  rig_.hold(AtDeadline::kRefuse);
  check("hold");
  const Counts counts = rig_.counts();
  EXPECT_EQ(counts.served[0] + counts.served[1], 0U);
  EXPECT_EQ(counts.held, 0U);
}

TEST_F(Local, ANameThatOnlyBeginsLikeItIsNotIt) {
  rig_.serve(Side::kNew);
  EXPECT_EQ(rig_.ask("/healthy.txt"), "new is healthy");
}

class PathTrick : public Local, public testing::WithParamInterface<const char*> {};

// On the old host these would reach what is not local: they must go through the gate instead.
TEST_P(PathTrick, IsNotLocal) {
  rig_.serve(Side::kNew);
  const std::string answer = exchange(rig_.port(), GetParam());
  EXPECT_THAT(answer, Not(HasSubstr("old"))) << GetParam();
  rig_.hold(AtDeadline::kRefuse, -1);
  const std::string held = exchange(rig_.port(), GetParam());
  EXPECT_THAT(held, testing::AnyOf(HasSubstr(" 503 "), HasSubstr(" 400 "))) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(All, PathTrick,
                         testing::Values("/health/../secret.txt", "/health/%2e%2e/secret.txt",
                                         "/health/.%2e/secret.txt", "/health/..%2fsecret.txt",
                                         "/health%2f..%2fsecret.txt", "/health/../../secret.txt",
                                         "//health/..//secret.txt", "/HEALTH/index.txt",
                                         "/secret.txt?/health/", "/secret.txt/health/",
                                         "/health%zz", "/cutover/../secret.txt",
                                         "/health/.//../secret.txt"));

TEST_F(Local, ThePageIsThereInEveryPhase) {
  const auto check = [&](const char* phase) {
    EXPECT_EQ(rig_.client().get("/cutover/status.json").status, 200) << phase;
    EXPECT_EQ(rig_.client().get("/status-page/status.json").status, 200) << phase;
  };
  check("old");
  rig_.serve(Side::kNew);
  check("new");
  rig_.hold(AtDeadline::kRefuse);
  check("hold");
  EXPECT_EQ(rig_.counts().held, 0U);
}

TEST_F(Local, AVhostOfNoSiteIsLeftAlone) {
  rig_.hold(AtDeadline::kRefuse);
  EXPECT_EQ(rig_.admin().get("/who.txt").body, "old");
}

}  // namespace
}  // namespace cutover::test
