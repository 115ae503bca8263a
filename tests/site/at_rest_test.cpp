// SPDX-License-Identifier: Apache-2.0
// While nothing happens: what the whole coordinator costs the two servers.
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

constexpr int kSeconds = 4;
constexpr int kLooks = 10;  // a second, by CutoverCheckInterval's default

std::int64_t asked(DatabaseServer& server) {
  const auto rows = server.execute("SHOW GLOBAL STATUS LIKE 'Questions'");
  return std::stoll(rows.at(0).at(1).value());
}

// An administrator's general log has each statement.
TEST(AtRest, EachServerIsAskedLittleMoreThanOnceALookWhicheverSideServes) {
  Stage stage;
  for (const bool moved : {false, true}) {
    if (moved) stage.expect_switch();
    ASSERT_EQ(stage.site().await_gate(), "");
    std::this_thread::sleep_for(milliseconds(1500));
    const std::int64_t old_before = asked(stage.old_database());
    const std::int64_t new_before = asked(stage.new_database());
    std::this_thread::sleep_for(std::chrono::seconds(kSeconds));
    const std::int64_t most = kLooks * kSeconds * 3 / 2;
    EXPECT_LE(asked(stage.old_database()) - old_before, most) << moved;
    EXPECT_LE(asked(stage.new_database()) - new_before, most) << moved;
  }
}

}  // namespace
}  // namespace cutover::test
