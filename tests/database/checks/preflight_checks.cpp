// SPDX-License-Identifier: Apache-2.0
// Asking for a preflight and saying what is expected of it.
#include "tests/database/checks/preflight_checks.h"

#include <algorithm>

#include "shared/words/check_groups.h"
#include "tests/harness/eventually.h"

namespace cutover {

std::string words(const Check& check) {
  return check.name + " " + std::string(name(check.verdict)) + ": " + check.seen + " | " +
         check.remedy;
}

std::vector<Check> look(Pair& pair, Direction direction) {
  return pair.coordinator()->preflight(direction, "");
}

const Check& named(const std::vector<Check>& checks, const std::string& name) {
  const auto found = std::find_if(checks.begin(), checks.end(),
                                  [&](const Check& check) { return check.name == name; });
  static const Check none{"none", CheckVerdict::kPass, "there is no such check", ""};
  return found == checks.end() ? none : *found;
}

void expect(const std::vector<Check>& checks, const std::string& check, CheckVerdict verdict) {
  const Check& found = named(checks, check);
  EXPECT_EQ(found.name, check);
  EXPECT_EQ(found.verdict, verdict) << words(found);
  if (verdict != CheckVerdict::kPass) {
    EXPECT_FALSE(found.seen.empty());
    EXPECT_FALSE(found.remedy.empty()) << words(found);
  }
}

void expect_healthy(const std::vector<Check>& checks) {
  EXPECT_GE(checks.size(), 40U);
  for (const Check& check : checks) {
    EXPECT_EQ(check.verdict, CheckVerdict::kPass) << words(check);
    EXPECT_NE(group_of(check.name), "other") << check.name;
  }
}

void expect_each(Pair& pair, const std::vector<Case>& cases) {
  const bool mariadb = pair.old_server.vendor() == harness::Vendor::kMariaDb;
  for (const Case& c : cases) {
    if (c.only == (mariadb ? kMySqlOnly : kMariaDbOnly)) continue;
    SCOPED_TRACE(c.check);
    auto session = pair.at(c.side).connect();
    for (const std::string& sql : c.spoil) session.execute(sql);
    harness::caught_up(pair.old_server, pair.new_server, std::chrono::milliseconds(300));
    std::vector<Check> checks = look(pair);
    harness::eventually(  // a link that has just been started is connecting
        [&] {
          const bool as_expected = named(checks, c.check).verdict == c.verdict;
          if (!as_expected) checks = look(pair);
          return as_expected;
        },
        std::chrono::milliseconds(3000));
    expect(checks, c.check, c.verdict);
    for (const std::string& sql : c.mend) session.execute(sql);
    harness::caught_up(pair.old_server, pair.new_server);
  }
  EXPECT_TRUE(harness::eventually([&] { return harness::replication_runs(pair.new_server); }));
  expect_healthy(look(pair));
}

}  // namespace cutover
