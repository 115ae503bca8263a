// SPDX-License-Identifier: Apache-2.0
// What is armed, from its first word to its end, and from one coordinator to the next.
#include "mod_cutover/cutoverd/appointment/diary.h"

#include <gtest/gtest.h>

#include "tests/unit/fakes/fake_clock.h"
#include "tests/unit/temp_folder.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

class DiaryTest : public testing::Test {
 protected:
  // A coordinator's; `digest` is that of the settings.
  std::unique_ptr<Diary> diary(const std::string& digest = "settings") {
    return std::make_unique<Diary>("shop", std::make_unique<ArmedFile>(path_, digest), audit_,
                                   clock_);
  }
  Appointment in_an_hour() {
    const std::int64_t now = clock_.wall_ms();
    return appointment({now + 3'600'000, now + 7'200'000, true}, Direction::kSwitch, "alice", now,
                       clock_.now());
  }
  Appointment at_once() {
    return appointment({}, Direction::kSwitch, "alice", clock_.wall_ms(), clock_.now());
  }
  Circumstances now() { return {clock_.wall_ms(), clock_.now(), Side::kOld, {true, {}}, calm_}; }
  std::string why(const Diary& diary) {
    const auto disarmed = diary.disarmed();
    return disarmed ? disarmed->why : "";
  }
  std::vector<std::string> events() {
    std::vector<std::string> all;
    for (const auto& event : audit_.newest(100, "shop")) all.push_back(event.value("event", ""));
    return all;
  }

  TempFolder folder_;
  std::string path_ = folder_ / "shop.armed";
  Audit audit_{folder_ / "events.jsonl"};
  FakeClock clock_;
  Calm calm_;
};

TEST_F(DiaryTest, SaysWhatIsArmedByWhomAndWhatItWaitsFor) {
  const auto d = diary();
  EXPECT_FALSE(d->armed());
  EXPECT_EQ(d->arm(in_an_hour()), "");
  EXPECT_FALSE(d->due(now()));
  const auto armed = d->armed();
  ASSERT_TRUE(armed);
  EXPECT_EQ(described(*armed),
            "switch from 1970-01-01T01:00:01.000Z on, until 1970-01-01T02:00:01.000Z, in a quiet "
            "moment; by alice");
  EXPECT_EQ(armed->waits_for, "its time, 1970-01-01T01:00:01.000Z");
  EXPECT_EQ(armed->left_ms, 7'200'000);
  EXPECT_EQ(events(), std::vector<std::string>{"armed"});
}

TEST_F(DiaryTest, ASecondOneIsRefused) {
  const auto d = diary();
  EXPECT_EQ(d->arm(in_an_hour()), "");
  EXPECT_NE(d->arm(at_once()).find("is armed already; `cutoverctl abort shop`"), std::string::npos);
  EXPECT_FALSE(d->due(now()));
}

TEST_F(DiaryTest, GoesOnceAndNeverAgain) {
  auto d = diary();
  EXPECT_EQ(d->arm(at_once()), "");
  ASSERT_TRUE(d->due(now()));
  EXPECT_TRUE(d->begins());
  EXPECT_FALSE(d->armed());
  EXPECT_FALSE(d->due(now()));
  EXPECT_FALSE(d->begins());
  d = diary();
  EXPECT_FALSE(d->armed()) << "nor after a crash in the run";
  EXPECT_FALSE(d->disarmed());
}

TEST_F(DiaryTest, TurnedBackItIsTriedAgainAMinuteLater) {
  const auto d = diary();
  EXPECT_EQ(d->arm(at_once()), "");
  const auto due = d->due(now());
  EXPECT_EQ(d->armed()->waits_for, "the preflight that is being made");
  d->turned_back(*due, "lag: 9 s");
  EXPECT_FALSE(d->due(now()));
  EXPECT_EQ(d->armed()->waits_for, "what turned it back: lag: 9 s");
  clock_.sleep(59s);
  EXPECT_FALSE(d->due(now()));
  clock_.sleep(1s);
  EXPECT_TRUE(d->due(now()));
  EXPECT_TRUE(d->begins());
  d->turned_back(*due, "a hook");
  EXPECT_TRUE(d->armed()) << "nobody was held: it comes back";
}

TEST_F(DiaryTest, DisarmedInTheMiddleOfATryItDoesNotComeBack) {
  const auto d = diary();
  EXPECT_EQ(d->arm(at_once()), "");
  const auto due = d->due(now());
  EXPECT_TRUE(d->disarm("it was aborted", "bob"));
  EXPECT_FALSE(d->begins());
  d->turned_back(*due, "lag");
  EXPECT_FALSE(d->armed());
  EXPECT_EQ(d->arm(at_once()), "");
  EXPECT_TRUE(d->begins());
  EXPECT_FALSE(d->disarm("it was aborted", "bob")) << "it is a run by now";
  d->turned_back(*due, "lag");
  EXPECT_FALSE(d->armed());
}

TEST_F(DiaryTest, DisarmedOrOverItSaysWhyUntilSomethingElseHappens) {
  const auto d = diary();
  EXPECT_FALSE(d->disarm("it was aborted", "bob"));
  EXPECT_EQ(d->arm(in_an_hour()), "");
  EXPECT_TRUE(d->disarm("it was aborted", "bob"));
  EXPECT_EQ(why(*d), "it was aborted, by bob");
  EXPECT_EQ(d->arm(in_an_hour()), "");
  EXPECT_EQ(why(*d), "");
  clock_.sleep(2h);
  EXPECT_FALSE(d->due(now()));
  EXPECT_FALSE(d->armed());
  EXPECT_EQ(why(*d), "its time is over: it was to go until 1970-01-01T02:00:01.000Z");
  EXPECT_EQ(why(*diary()), "its time is over: it was to go until 1970-01-01T02:00:01.000Z");
  d->run_ended();
  EXPECT_EQ(why(*d), "");
  EXPECT_EQ(events(), (std::vector<std::string>{"armed", "disarmed", "armed", "disarmed"}));
}

TEST_F(DiaryTest, OverAfterItWasTurnedBackItSaysByWhat) {
  const auto d = diary();
  EXPECT_EQ(d->arm(at_once()), "");
  d->turned_back(*d->due(now()), "lag: 9 s");
  clock_.sleep(24h);
  EXPECT_FALSE(d->due(now()));
  EXPECT_NE(why(*d).find("; what turned it back: lag: 9 s"), std::string::npos) << why(*d);
}

TEST_F(DiaryTest, ASuccessorTakesItUpAsItIs) {
  auto d = diary();
  EXPECT_EQ(d->arm(in_an_hour()), "");
  const std::string armed = described(*d->armed());
  for (int graceful = 0; graceful < 3; ++graceful) {
    d->leave(true);
    d = diary();
    ASSERT_TRUE(d->armed());
    EXPECT_EQ(described(*d->armed()), armed);
  }
  clock_.sleep(1h + 59min);
  for (int i = 1; i <= 125; ++i) calm_.look(i * Calm::kEach, 50, 0);
  EXPECT_TRUE(d->due(now()));
  EXPECT_EQ(events(), std::vector<std::string>{"armed"});
}

TEST_F(DiaryTest, ACrashDisarmsAlsoTheOneAfterAHandOver) {
  auto d = diary();
  EXPECT_EQ(d->arm(in_an_hour()), "");
  d = diary();
  EXPECT_FALSE(d->armed());
  EXPECT_EQ(why(*d), "the coordinator that it was told died");
  EXPECT_EQ(d->arm(in_an_hour()), "");
  d->leave(true);
  d = diary();
  d = diary();
  EXPECT_FALSE(d->armed());
}

TEST_F(DiaryTest, AChangedSettingABootAndAStopDisarm) {
  auto d = diary();
  EXPECT_EQ(d->arm(in_an_hour()), "");
  d->leave(true);
  d = diary("other settings");
  EXPECT_EQ(why(*d), "the site's settings were changed");
  EXPECT_EQ(d->arm(in_an_hour()), "");
  d->leave(false);
  d = diary("other settings");
  EXPECT_FALSE(d->armed());
  EXPECT_EQ(why(*d), "httpd was stopped");
  EXPECT_EQ(d->arm(in_an_hour()), "");
  d->leave(true);
  std::string text = read_whole(path_);
  const auto boot = text.find("\"boot\":\"") + 8;
  text[boot] = text[boot] == '0' ? '1' : '0';
  write_whole(path_, text);
  d = diary("other settings");
  EXPECT_EQ(why(*d), "the machine was started anew");
}

TEST_F(DiaryTest, AFileThatWasCutOrIsAnothersDisarms) {
  auto d = diary();
  EXPECT_EQ(d->arm(in_an_hour()), "");
  d->leave(true);
  const std::string whole = read_whole(path_);
  for (std::size_t size = 1; size + 1 < whole.size(); size += 7) {
    write_whole(path_, whole.substr(0, size));
    d = diary();
    EXPECT_FALSE(d->armed()) << size;
    EXPECT_NE(why(*d), "");
  }
}

TEST_F(DiaryTest, WhereItCannotBeWrittenNothingIsArmed) {
  std::filesystem::create_directory(path_);
  const auto d = diary();
  EXPECT_NE(d->arm(at_once()), "");
  EXPECT_FALSE(d->armed());
}

}  // namespace
}  // namespace cutover
