// SPDX-License-Identifier: Apache-2.0
// Digest authentication on both hosts: the numbers in its headers are each host's own secret, so
// that only one of them can ask for the password.
#include <gtest/gtest.h>

#include "tests/harness/process.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using harness::write_file;

const std::string kNotForNew = "<If \"note('cutover-side') != 'new'\">\n";

std::string asking(const std::string& passwords) {
  return "AuthType Digest\nAuthName members\nAuthDigestProvider file\nAuthUserFile " + passwords +
         "\nRequire valid-user\n";
}

class Digest : public testing::Test {
 protected:
  Digest() {
    const std::string plain = dir_ / "plain";
    write_file(plain, "eve:members:secret");
    const auto sum = harness::run({"md5sum", plain});  // as htdigest does it
    write_file(passwords_, "eve:members:" + sum.output.substr(0, 32) + "\n");
  }
  std::string status(const Rig& rig, const std::string& password = "secret") const {
    return harness::run({"curl", "-s", "-o", dir_ / "page", "-w", "%{http_code}", "--digest", "-u",
                         "eve:" + password,
                         "http://127.0.0.1:" + std::to_string(rig.port()) + "/who.txt"})
        .output;
  }
  RigOptions options(const std::string& of_old, bool new_asks) const {
    RigOptions o;
    o.processes = 1;
    o.load = {"auth_digest", "authn_core", "authn_file", "authz_user"};
    o.vhost = "<Location />\n" + of_old + "</Location>\n";
    if (new_asks) o.new_server = "<Location />\n" + asking(passwords_) + "</Location>\n";
    return o;
  }
  harness::TempDir dir_;
  const std::string passwords_ = dir_ / "passwords";
};

TEST_F(Digest, OfTheOldHostAloneIsAskedForHereWhoeverServes) {
  Rig rig(options(asking(passwords_), false));
  rig.start();
  for (const Side side : {Side::kOld, Side::kNew}) {
    rig.serve(side);
    EXPECT_EQ(status(rig), "200") << name(side);
    EXPECT_EQ(status(rig, "wrong"), "401") << name(side);
  }
}

TEST_F(Digest, OfBothIsAskedForByTheOneThatServesWithTheRemedyOfConfigtest) {
  Rig rig(options(kNotForNew + asking(passwords_) + "</If>\n", true));
  rig.start();
  for (const Side side : {Side::kOld, Side::kNew}) {
    rig.serve(side);
    EXPECT_EQ(status(rig), "200") << name(side);
    EXPECT_EQ(status(rig, "wrong"), "401") << name(side);
  }
}

TEST_F(Digest, OfBothLetsNobodyInOnceNewServesAsConfigtestSays) {
  Rig rig(options(asking(passwords_), true));
  rig.start();
  EXPECT_EQ(status(rig), "200");
  rig.serve(Side::kNew);
  EXPECT_EQ(status(rig), "401");
}

}  // namespace
}  // namespace cutover::test
