// SPDX-License-Identifier: Apache-2.0
// The row on SELinux, before a kernel of files: what it enforces, as whom, and what it lets
// through.
#include "mod_cutover/cutoverd/looks/selinux.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/unit/temp_folder.h"

namespace cutover {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

const std::vector<Door> kDoors = {{"the new host", 8080}, {"the new database", 3306}};

class Selinux : public testing::Test {
 protected:
  void says(const fs::path& file, const std::string& text) {
    fs::create_directories((root_ / file).parent_path());
    write_whole(root_ / file, text);
  }
  // As the kernel writes it.
  void runs_as(const std::string& context) {
    says("proc/self/attr/current", context + std::string(1, '\0'));
  }
  void enforces(const std::string& what) { says("sys/fs/selinux/enforce", what); }
  void boolean(const std::string& name, const std::string& value) {
    says("sys/fs/selinux/booleans/" + name, value + " " + value);
  }
  std::optional<Check> row(std::optional<bool> (*may)(int) = [](int) {
    return std::optional(true);
  }) {
    return selinux(kDoors, {root_, may});
  }

  TempFolder folder_;
  const fs::path root_ = folder_ / "";
};

TEST_F(Selinux, WhereThereIsNoneNothingIsSaid) {
  EXPECT_FALSE(row());
  runs_as("unconfined");  // another module's, as on Debian and Ubuntu
  EXPECT_FALSE(row());
  runs_as(":lxd-web_<var-lib-lxd>:///usr/sbin/apache2 (enforce)");
  EXPECT_FALSE(row());
}

TEST_F(Selinux, WhatItLetsThroughIsNamed) {
  runs_as("system_u:system_r:httpd_t:s0");
  enforces("1");
  const auto check = row();
  EXPECT_EQ(check->verdict, CheckVerdict::kPass);
  EXPECT_EQ(check->seen,
            "SELinux is enforced, and lets httpd (httpd_t) connect to the new host (port 8080), "
            "the new database (port 3306)");
}

TEST_F(Selinux, WhatItKeepsFromConnectingBlocksWithTheBooleanThatHelps) {
  runs_as("system_u:system_r:httpd_t:s0");
  enforces("1");
  const auto both = row([](int) { return std::optional(false); });
  EXPECT_EQ(both->verdict, CheckVerdict::kBlock);
  EXPECT_THAT(both->seen, AllOf(HasSubstr("the new host (port 8080)"), HasSubstr("(port 3306)")));
  EXPECT_EQ(both->remedy, "`setsebool -P httpd_can_network_connect on`");
  const auto databases = row([](int port) { return std::optional(port != 3306); });
  EXPECT_THAT(databases->remedy, HasSubstr("`setsebool -P httpd_can_network_connect_db on`"));
  EXPECT_THAT(databases->seen, testing::Not(HasSubstr("8080")));
}

TEST_F(Selinux, WhetherItIsEnforcedMayBeASecretOfItsOwn) {
  runs_as("system_u:system_r:httpd_t:s0");
  enforces("1");
  fs::permissions(root_, fs::perms::all);
  fs::permissions(root_ / "sys/fs/selinux/enforce", fs::perms::none);
  const uid_t user = ::geteuid();
  ASSERT_TRUE(user != 0 || ::seteuid(65534) == 0) << "root may read everything";
  const auto check = row();
  ASSERT_EQ(::seteuid(user), 0);
  EXPECT_EQ(check->verdict, CheckVerdict::kPass) << check->seen;
}

TEST_F(Selinux, WhatIsNotKnownIsNoPass) {
  runs_as("system_u:system_r:httpd_t:s0");
  EXPECT_EQ(row()->verdict, CheckVerdict::kWarn) << "no selinuxfs, as in a chroot";
  EXPECT_THAT(row()->seen, HasSubstr("could not be read: No such file"));
  enforces("1");
  const auto unknown = row([](int) -> std::optional<bool> { return std::nullopt; });
  EXPECT_EQ(unknown->verdict, CheckVerdict::kWarn);
  EXPECT_THAT(unknown->seen, HasSubstr("could not be found out"));
}

TEST_F(Selinux, AProcessWithoutALabelIsSaid) {
  enforces("1");
  EXPECT_EQ(row()->verdict, CheckVerdict::kWarn);
  EXPECT_THAT(row()->seen, HasSubstr("what httpd runs as could not be read"));
}

TEST_F(Selinux, WherePermissiveTheBooleansSayWhatWouldBe) {
  runs_as("system_u:system_r:httpd_t:s0");
  enforces("0");
  EXPECT_EQ(row()->verdict, CheckVerdict::kWarn) << "no boolean can be read";
  boolean("httpd_can_network_connect", "0");
  EXPECT_EQ(row()->verdict, CheckVerdict::kWarn);
  EXPECT_EQ(row()->remedy, "`setsebool -P httpd_can_network_connect on`");
  boolean("httpd_can_network_relay", "1");
  EXPECT_EQ(row()->verdict, CheckVerdict::kWarn);
  boolean("httpd_can_network_connect_db", "1");
  EXPECT_EQ(row()->verdict, CheckVerdict::kPass);
  boolean("httpd_can_network_connect", "1");
  EXPECT_EQ(row()->verdict, CheckVerdict::kPass);
}

TEST_F(Selinux, WhoIsNotConfinedNeedsNoBoolean) {
  runs_as("system_u:system_r:unconfined_service_t:s0");
  enforces("0");
  EXPECT_EQ(row()->verdict, CheckVerdict::kPass);
}

TEST(MayConnect, AsksTheKernelAndReachesNobody) { EXPECT_EQ(may_connect(3306), true); }

}  // namespace
}  // namespace cutover
