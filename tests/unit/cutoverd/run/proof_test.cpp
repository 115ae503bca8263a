// SPDX-License-Identifier: Apache-2.0
// The new host is proved before anybody is let in, and left again where it fails.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/fakes/scene.h"

namespace cutover {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

constexpr const char* kToTheProof =
    "journal drain old\nwithdrawn?\nword hold/old\nsum\njournal fence old\nword "
    "hold/503\nsum\nfence old\nposition old\njournal catch old\nwait new 0.0\nlocks new\n"
    "journal promote old\nread_only old\nposition old\nbeyond new 0.0\npromote new\n"
    "journal prove new\npersist new\nstop applying new\nbeyond old 0.0\narm way back old 0.0\n";

void proved_with(Scene& scene, std::deque<Answer> answers) {
  scene.settings.hold_timeout = Millis{20000};
  scene.settings.proofs.resize(answers.size(), Probe{"/", "", {}});
  scene.proofs = std::move(answers);
}

std::string all(std::initializer_list<const char*> parts) {
  std::string text;
  for (const char* part : parts) text += part;
  return text;
}

TEST(Proof, OneThatPassesStandsBetweenThePromotionAndTheRelease) {
  Scene scene;
  proved_with(scene, {Answer::yes(), Answer::yes()});
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done") << last->reason;
  EXPECT_EQ(last->reason, "");
  EXPECT_EQ(scene.trace.text(),
            all({kToTheProof,
                 "ask new 0\nask new 1\nremember on new\njournal release new\nword new\npersist "
                 "new\nstop applying new\njournal rest new\n"}));
}

TEST(Proof, OneThatFailsLeadsBackUnderTheSameHoldWithAllThatNewWrote) {
  Scene scene;
  proved_with(scene, {Answer::yes(), Answer::no("/account: status 500")});
  scene.after_look = [&] { scene.pair.write(Side::kNew); };  // a job of the new host's
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_THAT(last->reason, HasSubstr("/account: status 500"));
  const std::string text = scene.trace.text();
  const std::string back = text.substr(text.find("ask new 1\n"));
  const std::string written = "0." + std::to_string(scene.pair.of(Side::kNew).has[1]);
  EXPECT_EQ(back, "ask new 1\njournal return new\nfence new\nposition new\nwait old " + written +
                      "\nlocks old\njournal promote new\nread_only new\nposition new\nbeyond old " +
                      written +
                      "\npromote old\nremember on old\njournal release old\nword old\npersist "
                      "old\nstop applying old\nbeyond new " +
                      written + "\narm way back new " + written + "\njournal rest old\n");
  EXPECT_THAT(text, Not(HasSubstr("word new")));
  EXPECT_EQ(scene.pair.of(Side::kOld).has, scene.pair.of(Side::kNew).has);
  EXPECT_FALSE(scene.pair.of(Side::kOld).read_only);
  EXPECT_TRUE(scene.pair.of(Side::kNew).read_only);
  EXPECT_EQ(scene.journaled().side, Side::kOld);
  EXPECT_EQ(scene.journaled().position, written) << "what new has written is settled";
  EXPECT_EQ(scene.journaled().epoch, 2U);
  EXPECT_FALSE(scene.journaled().owed);
}

TEST(Proof, AfterOneThatFailedTheNextSwitchGoes) {
  Scene scene;
  proved_with(scene, {Answer::no("/: status 500")});
  scene.after_look = [&] { scene.pair.write(Side::kNew); };
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "aborted");
  scene.proofs = {Answer::yes()};
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done") << last->reason;
}

TEST(Proof, AnAbortIsHeardWhileItProvesAndNotOnTheWayBack) {
  Scene scene;
  proved_with(scene, {Answer::yes(), Answer::yes()});
  scene.after_look = [&] {
    if (scene.trace.last() == "ask new 0") scene.flags.abort = true;
  };
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_THAT(last->reason, HasSubstr("aborted"));
  EXPECT_THAT(scene.trace.text(), Not(HasSubstr("ask new 1")));
  EXPECT_EQ(scene.word().mode, Mode::kOld);
}

TEST(Proof, AnAbortIsHeardWhileTheLastPageIsAskedFor) {
  Scene scene;
  proved_with(scene, {Answer::yes()});
  scene.after_look = [&] {
    if (scene.trace.last() == "ask new 0") scene.flags.abort = true;
  };
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "aborted");
  EXPECT_EQ(scene.word().mode, Mode::kOld);
}

TEST(Proof, WithoutAWayBackItOnlyWarns) {
  Scene scene;
  proved_with(scene, {Answer::no("/: status 500")});
  scene.pair.script["arm way back old 0.0"] = {{Answer::no("no such right"), false}};
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done");
  EXPECT_THAT(last->reason, HasSubstr("/: status 500"));
  EXPECT_THAT(last->reason, HasSubstr("no such right"));
  EXPECT_EQ(scene.word().mode, Mode::kNew);
}

TEST(Proof, WithCutoverReverseOffItOnlyWarnsAndAnAbortIsNotHeard) {
  Scene scene;
  proved_with(scene, {Answer::yes(), Answer::no("/: status 500")});
  scene.settings.reverse = false;
  scene.after_look = [&] {
    if (scene.trace.last() == "ask new 0") scene.flags.abort = true;
  };
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "done");
  EXPECT_THAT(last->reason, HasSubstr("nothing leads back"));
}

TEST(Proof, WhereTheWayBackFailsNewServesAndItIsSaid) {
  const std::deque<std::pair<const char*, const char*>> kFailures = {
      {"fence new", "could not be fenced"}, {"wait old 0.0", "did not catch up"}};
  for (const auto& [act, said] : kFailures) {
    Scene scene;
    proved_with(scene, {Answer::no("/: status 500")});
    scene.settings.catch_up_timeout = Millis{300};
    scene.pair.never = act;
    const auto last = scene.run(Direction::kSwitch);
    EXPECT_EQ(last->outcome, "done");
    EXPECT_THAT(last->reason, HasSubstr("/: status 500"));
    EXPECT_THAT(last->reason, HasSubstr("the way back failed"));
    EXPECT_THAT(scene.trace.text(),
                HasSubstr("journal prove new\nread_only old\nun-fence new\nremember on new\n"
                          "journal release new\nword new\n"))
        << said;
    EXPECT_EQ(scene.word().mode, Mode::kNew);
    EXPECT_FALSE(scene.pair.of(Side::kNew).read_only);
    EXPECT_TRUE(scene.pair.of(Side::kOld).read_only);
    EXPECT_EQ(scene.journaled().position, "0.0") << "where the promotion was recorded";
    EXPECT_TRUE(scene.pair.of(Side::kOld).applies);
  }
}

// Its fence was forgotten in a restart, and a job has written there.
TEST(Proof, WhoCameBackWritableMeanwhileIsFencedBeforeNewIsOpened) {
  Scene scene;
  proved_with(scene, {Answer::no("/: status 500")});
  scene.after_look = [&] {
    if (scene.trace.last() != "journal promote new") return;
    scene.pair.restart(Side::kOld, false);
    scene.pair.write(Side::kOld);
  };
  EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "done");
  EXPECT_THAT(scene.trace.text(),
              HasSubstr("journal prove new\nread_only old\nfence old\nun-fence new\n"));
  EXPECT_TRUE(scene.pair.of(Side::kOld).read_only);
  EXPECT_EQ(scene.word().mode, Mode::kNew);
}

TEST(Proof, AJournalThatFailsOnTheWayBackKeepsNew) {
  for (const char* record : {"return", "promote new"}) {
    Scene scene;
    proved_with(scene, {Answer::no("/: status 500")});
    scene.journal_fails_at = record;
    EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, "done") << record;
    EXPECT_EQ(scene.word().mode, Mode::kNew);
    EXPECT_TRUE(scene.pair.of(Side::kOld).read_only);
  }
}

TEST(Proof, APageHasItsOwnLimitAndTheWayBackItsTime) {
  Scene scene;
  proved_with(scene, {Answer::yes(), Answer::yes()});
  scene.proof_takes = 3s;
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_THAT(last->reason, HasSubstr("no answer in time"));
}

TEST(Proof, WithoutTheTimeForItNothingIsPromoted) {
  Scene scene;
  proved_with(scene, {Answer::yes()});
  scene.settings.hold_timeout = Millis{5000};
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted");
  EXPECT_THAT(last->reason, HasSubstr("no time is left to prove the new host"));
  EXPECT_THAT(scene.trace.text(), Not(HasSubstr("promote")));
}

TEST(Proof, ARollbackHasNone) {
  Scene scene;
  proved_with(scene, {Answer::no("/: status 500")});
  scene.start_on_new();
  EXPECT_EQ(scene.run(Direction::kRollback)->outcome, "done");
  EXPECT_THAT(scene.trace.text(), Not(HasSubstr("ask new")));
}

TEST(Proof, ByFileAndPositionItLeadsBackAsByGtids) {
  Scene scene;
  scene.pair.by_file = true;
  proved_with(scene, {Answer::no("/: status 500")});
  scene.after_look = [&] { scene.pair.write(Side::kNew); };
  const auto last = scene.run(Direction::kSwitch);
  EXPECT_EQ(last->outcome, "aborted") << last->reason;
  EXPECT_EQ(scene.pair.of(Side::kOld).has, scene.pair.of(Side::kNew).has);
  EXPECT_EQ(scene.word().mode, Mode::kOld);
}

TEST(Proof, OfASiteWithoutDatabasesComesBeforeTheFlip) {
  for (const bool passes : {true, false}) {
    Scene scene(false);
    proved_with(scene, {passes ? Answer::yes() : Answer::no("/: status 500")});
    EXPECT_EQ(scene.run(Direction::kSwitch)->outcome, passes ? "done" : "aborted");
    EXPECT_THAT(scene.trace.text(), HasSubstr("word hold/503\nsum\nask new 0\n"));
    EXPECT_EQ(scene.word().mode, passes ? Mode::kNew : Mode::kOld);
  }
}

}  // namespace
}  // namespace cutover
