// SPDX-License-Identifier: Apache-2.0
// A site that somebody else has started is described by a file; what is wrong in it is named.
#include "tests/harness/site_access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mod_cutover/wire/json.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/temp_dir.h"

namespace cutover::harness {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class SiteFile : public testing::Test {
 protected:
  // That of the containers, with a password that is there.
  SiteFile() : text_(json::parse(read_file(project_root() / "docker/site.json"))) {
    write_file(dir_ / "password", "not-a-secret\n", 0600);
    text_["account"]["password_file"] = (dir_ / "password").string();
  }

  SiteAccess read() const {
    write_file(dir_ / "site.json", text_.dump());
    return read_site_access(dir_ / "site.json");
  }
  std::string problem() const {
    try {
      read();
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }

  TempDir dir_{"site-file"};
  json text_;
};

TEST_F(SiteFile, SaysWhereEverythingIs) {
  const SiteAccess site = read();
  EXPECT_EQ(site.visitors.text(), "old-web:80");
  EXPECT_EQ(site.new_host.text(), "new-web:80");
  EXPECT_EQ(site.old_database.address, "old-db");
  EXPECT_EQ(site.new_database.address, "new-db");
  EXPECT_EQ(site.new_database.password, "not-a-secret");
  EXPECT_EQ(site.cutoverctl, std::vector<std::string>{"cutoverctl"});
}

TEST_F(SiteFile, WhatIsMissingIsNamed) {
  text_.erase("admin");
  EXPECT_THAT(problem(), AllOf(HasSubstr("site.json"), HasSubstr("'admin'")));
}

TEST_F(SiteFile, AnEmptyPasswordIsNone) {
  write_file(dir_ / "password", "\n", 0600);
  EXPECT_THAT(problem(), HasSubstr("no password in"));
}

TEST_F(SiteFile, APortIsANumber) {
  text_["old_database"]["port"] = "3306";
  EXPECT_THAT(problem(), HasSubstr("must be number"));
}

}  // namespace
}  // namespace cutover::harness
