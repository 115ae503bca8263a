// SPDX-License-Identifier: Apache-2.0
// What the coordinator's account is granted: what the preflight asks for, the guide, the manual
// page, the containers and the tests say one and the same.
#include <gmock/gmock.h>

#include <regex>
#include <set>

#include "mod_cutover/cutoverd/databases/checks/needs.h"
#include "tests/database/checks/preflight_checks.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"

namespace cutover {
namespace {

using testing::ElementsAreArray;
using testing::HasSubstr;

using Grants = std::set<std::string>;  // "SELECT ON mysql.*"

// What the preflight asks for by name, and to read the rows that it compares.
Grants needed(bool mariadb, const std::string& site) {
  Grants grants{"SELECT ON " + site + ".*"};
  for (const Need& need : needs_of(mariadb))
    grants.insert(std::string(need.privilege) + " ON " + need.on);
  return grants;
}

// Of the statements in a text those for the coordinator's account.
Grants granted_by(const std::string& text) {
  static const std::regex kStatement("GRANT ([A-Z_, \\s]+?)\\s+ON ([`\\w\\\\*.]+) TO ['`]cutover");
  static const std::regex kPrivilege("[A-Z_]+(\\s+[A-Z_]+)*");
  static const std::regex kSpace("\\s+");
  static const std::regex kQuotes("[`\\\\]");
  Grants grants;
  const std::sregex_iterator end;
  for (std::sregex_iterator at(text.begin(), text.end(), kStatement); at != end; ++at) {
    const std::string list = (*at)[1];
    const std::string object = std::regex_replace((*at)[2].str(), kQuotes, "");
    for (std::sregex_iterator one(list.begin(), list.end(), kPrivilege); one != end; ++one)
      if (one->str() != "USAGE")
        grants.insert(std::regex_replace(one->str(), kSpace, " ") + " ON " + object);
  }
  return grants;
}

// The parts of a text that are for each of the two: fenced as "console mariadb" or as "console
// mysql".
std::string fenced(const std::string& text, const std::string& begin) {
  std::string all;
  for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
    const std::size_t from = at + begin.size();
    at = text.find("\n```", from);
    all += text.substr(from, at - from);
  }
  return all;
}

std::string file(const char* path) { return harness::read_file(harness::project_root() / path); }

TEST(Privileges, AreInTheGuide) {
  const std::string guide = file("docs/moving-a-site.md");
  EXPECT_THAT(granted_by(fenced(guide, "\n```console mariadb\n")),
              ElementsAreArray(needed(true, "shop")));
  EXPECT_THAT(granted_by(fenced(guide, "\n```console mysql\n")),
              ElementsAreArray(needed(false, "shop")));
}

TEST(Privileges, AreInTheContainers) {
  EXPECT_THAT(granted_by(file("docker/migrate.sh")), ElementsAreArray(needed(true, "shop")));
}

TEST(Privileges, AreInTheManualPage) {
  harness::TempDir dir("manual");
  harness::ProcessOptions options;
  options.argv = {(harness::project_root() / "mod_cutover/manual/print.sh").string()};
  options.only_stdout = dir / "page";
  harness::Process process(options);
  ASSERT_EQ(process.wait(std::chrono::seconds(20)), 0);
  std::string page = harness::read_file(dir / "page");
  page = std::regex_replace(page, std::regex("\\\\-"), "-");
  const std::size_t mysql = page.find("for MySQL:");
  ASSERT_NE(mysql, std::string::npos);
  EXPECT_THAT(granted_by(page.substr(0, mysql)), ElementsAreArray(needed(true, "shop")));
  EXPECT_THAT(granted_by(page.substr(mysql)), ElementsAreArray(needed(false, "shop")));
}

// Each is missed where it is not there, by the name that GRANT knows it by; nothing else is
// granted.
TEST(Privileges, AreMissedOneByOne) {
  Pair pair;
  std::string shown;
  for (const auto& row : pair.old_server.execute("SHOW GRANTS FOR 'cutover'@'%'"))
    shown += *row[0] + "\n";
  const bool mariadb = pair.old_server.vendor() == harness::Vendor::kMariaDb;
  EXPECT_THAT(granted_by(std::regex_replace(shown, std::regex(","), ", ")),
              ElementsAreArray(needed(mariadb, harness::kAppSchema)));
  for (const Need& need : needs_of(mariadb)) {
    const std::string what = std::string(need.privilege) + " ON " + need.on;
    pair.old_server.execute("REVOKE " + what + " FROM 'cutover'@'%'");
    const auto checks = look(pair);
    const char* row = need.to == NeededTo::kRemember ? "remembers" : "privileges-leaving";
    EXPECT_NE(named(checks, row).verdict, CheckVerdict::kPass) << what;
    EXPECT_THAT(named(checks, row).remedy, HasSubstr("GRANT " + what + " TO ")) << what;
    pair.old_server.execute("GRANT " + what + " TO 'cutover'@'%'");
  }
  harness::caught_up(pair.old_server, pair.new_server);
  expect_healthy(look(pair));
}

}  // namespace
}  // namespace cutover
