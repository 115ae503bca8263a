// SPDX-License-Identifier: Apache-2.0
// A server that lets nobody new in closes the gate long before a run would need it to.
#include "mod_cutover/cutoverd/looks/watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/fakes/fake_replication.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

struct Doors : testing::Test {
  Doors() { settings.max_lag = Millis{60000}; }
  // What the gate says after looks for so long, one a second.
  std::vector<std::string> after(std::chrono::seconds seconds) {
    for (auto i = 0s; i < seconds; i += 1s) {
      watch.tick(&databases, Side::kOld, "0.0", clock.now());
      clock.sleep(1s);
    }
    return watch.gate().reasons;
  }

  SiteSettings settings;
  FakePair pair;
  Trace trace;
  FakeClock clock;
  FakeReplication databases{pair, trace, clock};
  GateWatch watch{settings};
};

TEST_F(Doors, APasswordThatWasChangedIsMissedWithinAMinuteAndItsMendingWithinAQuarter) {
  EXPECT_THAT(after(3s), IsEmpty());
  pair.of(Side::kNew).no_new_session = "the new database: Access denied (error 1045)";
  EXPECT_THAT(after(61s), ElementsAre("no new session is let in, and a switch needs some: the new "
                                      "database: Access denied (error 1045)"));
  pair.of(Side::kNew).no_new_session = "";
  EXPECT_THAT(after(16s), IsEmpty());
}

TEST_F(Doors, AServerThatDoesNotAnswerIsNotAskedForMoreSessions) {
  EXPECT_THAT(after(3s), IsEmpty());
  pair.of(Side::kOld).no_new_session = "the old database: no answer in time while connecting";
  pair.of(Side::kOld).answers = false;
  for (const std::string& reason : after(61s))
    EXPECT_EQ(reason.find("no new session"), std::string::npos) << reason;
}

}  // namespace
}  // namespace cutover
