// SPDX-License-Identifier: Apache-2.0
// How commands reach a site's thread: what is taken, what is refused, and whom an abort waits for.
#include "mod_cutover/cutoverd/site/mailbox.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/fakes/fake_clock.h"

namespace cutover {
namespace {

using std::chrono_literals::operator""s;

constexpr const char* kAnother = "another command is being carried out; see `cutoverctl status`";

struct Post {
  explicit Post(bool decided = true) { mailbox.set_decided(decided); }

  SiteSettings settings;
  FakeClock clock;
  View view{settings, clock};
  Mailbox mailbox{view};

  std::shared_ptr<Ticket> ask(const std::string& verb) {
    const auto ticket = std::make_shared<Ticket>(verb, "a test");
    mailbox.submit(ticket);
    return ticket;
  }
  Outcome abort() {
    return mailbox.abort([] {});
  }
  bool gives_up() const { return mailbox.flags.give_up; }

  void begin_run() {
    mailbox.own_command_begins();
    mailbox.run_begins();
    view.run_begins(Direction::kSwitch, false, true);
  }
  void tell(const std::string& outcome) {
    LastRun last;
    last.outcome = outcome;
    view.ended(last);
  }
  void end_run(const std::string& outcome) {
    tell(outcome);
    view.run_ends();
    mailbox.command_ended();
  }
  // An abort from another thread, and `then` once it was heard.
  template <typename Then>
  Outcome abort_meanwhile(Then then) {
    Outcome outcome;
    begin_run();
    std::thread asker([&] { outcome = abort(); });
    while (!mailbox.flags.abort) std::this_thread::yield();
    then();
    asker.join();
    return outcome;
  }
};

bool is_taken(const std::shared_ptr<Ticket>& ticket) { return ticket->outcome().message.empty(); }

TEST(Mailbox, OneCommandIsTakenAndTheNextOnlyWhenThatHasEnded) {
  Post post;
  const auto first = post.ask("switch");
  EXPECT_TRUE(is_taken(first));
  EXPECT_EQ(post.ask("rollback")->outcome().message, kAnother) << "one waits";
  EXPECT_EQ(post.mailbox.next(), first);
  EXPECT_EQ(post.mailbox.next(), nullptr);
  EXPECT_EQ(post.ask("rollback")->outcome().message, kAnother) << "one is being carried out";
  post.mailbox.command_ended();
  EXPECT_TRUE(is_taken(post.ask("rollback")));
}

TEST(Mailbox, ACommandOfTheConfigurationsKeepsTheSiteBusyToo) {
  Post post;
  post.mailbox.own_command_begins();
  EXPECT_EQ(post.ask("switch")->outcome().message, kAnother);
  post.mailbox.command_ended();
  EXPECT_TRUE(is_taken(post.ask("switch")));
}

TEST(Mailbox, AsLongAsNothingIsDecidedACommandMayComeAgainInAMoment) {
  Post post(false);
  const Outcome outcome = post.ask("switch")->outcome();
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_TRUE(outcome.again);
  EXPECT_TRUE(post.ask("resolve")->outcome().again) << "there is no doubt yet";
  EXPECT_FALSE(post.gives_up());
  post.mailbox.set_decided(true);
  EXPECT_TRUE(is_taken(post.ask("switch")));
}

TEST(Mailbox, InADoubtOnlyAPersonsWordIsTakenAndOnlyOneOfThem) {
  Post post(false);
  post.view.set_doubt("both write");
  const Outcome outcome = post.ask("switch")->outcome();
  EXPECT_EQ(outcome.exit, 4);
  EXPECT_FALSE(outcome.again);
  EXPECT_FALSE(post.gives_up());
  const auto resolve = post.ask("resolve");
  EXPECT_TRUE(is_taken(resolve));
  EXPECT_TRUE(post.gives_up());
  EXPECT_EQ(post.ask("resolve")->outcome().exit, 4);
  EXPECT_EQ(post.mailbox.next(), resolve);
  EXPECT_FALSE(post.gives_up()) << "room has been made";
}

TEST(Mailbox, ARunThatIsStuckMakesRoomForAPersonsWordAndTheSiteStaysBusyWithThat) {
  Post post;
  post.begin_run();
  EXPECT_EQ(post.ask("resolve")->outcome().message, kAnother) << "not stuck";
  EXPECT_FALSE(post.gives_up());
  post.view.enter(Phase::kPromoting, "", "");
  post.view.enter(Phase::kPromoting, "no reply", "");
  EXPECT_TRUE(is_taken(post.ask("resolve")));
  EXPECT_TRUE(post.gives_up());
  post.end_run("in-doubt");
  post.view.run_begins(Direction::kSwitch, false, false);  // by recovery
  EXPECT_EQ(post.abort().message, "too late: the point of no return is behind");
}

TEST(Mailbox, WhoLeavesTakesNothingMoreNotEvenAPersonsWord) {
  for (const bool decided : {false, true}) {
    Post post(decided);
    post.view.set_doubt("both write");
    post.mailbox.leave(false);
    EXPECT_TRUE(post.mailbox.leaving());
    for (const char* verb : {"switch", "resolve"}) {
      const Outcome outcome = post.ask(verb)->outcome();
      EXPECT_EQ(outcome.exit, 1) << outcome.message;
      EXPECT_TRUE(outcome.again);
    }
    EXPECT_FALSE(post.gives_up());
  }
}

TEST(Mailbox, ACommandThatCameJustBeforeTheLeavingIsTurnedAway) {
  Post post;
  const auto ticket = post.ask("switch");
  post.mailbox.leave(false);
  EXPECT_TRUE(is_taken(ticket));
  post.mailbox.turn_away();
  EXPECT_TRUE(ticket->outcome().again);
  EXPECT_FALSE(is_taken(ticket));
  EXPECT_EQ(post.mailbox.next(), nullptr);
}

TEST(Mailbox, LeavingStopsARunThatIsStuckAndAbortsOneOnlyWhereThatIsSaid) {
  for (const bool now : {false, true}) {
    Post post;
    post.mailbox.leave(now);
    EXPECT_TRUE(post.mailbox.flags.stop);
    EXPECT_EQ(post.mailbox.flags.abort, now);
    post.mailbox.run_begins();
    EXPECT_EQ(post.mailbox.flags.abort, now) << "the run that begins is meant as well";
  }
}

TEST(Mailbox, AnAbortOfAnEarlierRunIsNotHeardByTheNext) {
  Post post;
  post.abort_meanwhile([&] { post.end_run("aborted"); });
  EXPECT_TRUE(post.mailbox.flags.abort);
  post.mailbox.run_begins();
  EXPECT_FALSE(post.mailbox.flags.abort);
}

TEST(Mailbox, WhereNoRunIsUnderWayNothingIsAbortedAndNobodyHears) {
  Post post;
  bool heard = false;
  const auto abort = [&] { return post.mailbox.abort([&] { heard = true; }); };
  EXPECT_EQ(abort().message, "nothing is under way that could be aborted");
  post.mailbox.own_command_begins();
  EXPECT_EQ(abort().message, "nothing is under way that could be aborted") << "a preflight";
  post.view.run_begins(Direction::kSwitch, false, true);
  post.view.enter(Phase::kPromoting, "", "");
  EXPECT_EQ(abort().message, "too late: the point of no return is behind");
  EXPECT_FALSE(heard);
  EXPECT_FALSE(post.mailbox.flags.abort);
}

TEST(Mailbox, AnAbortWaitsForTheEndAndTellsWhatItWas) {
  const auto told = [](const std::string& outcome) {
    Post post;
    return post.abort_meanwhile([&] { post.end_run(outcome); });
  };
  EXPECT_EQ(told("aborted").exit, 0);
  EXPECT_EQ(told("refused").exit, 0) << "before it was one";
  EXPECT_EQ(told("done").message, "too late: it is done");
  EXPECT_EQ(told("done").exit, 1);
  EXPECT_EQ(told("in-doubt").exit, 4);
}

TEST(Mailbox, AnAbortThatSeesItsRunsEndOnlyAfterAnothersDoesNotGuess) {
  bool seen = false;
  for (int i = 0; i < 50'000 && !seen; ++i) {  // the asker is quicker, mostly
    Post post;
    const Outcome outcome = post.abort_meanwhile([&] {
      post.end_run("aborted");
      post.end_run("done");
    });
    seen = outcome.exit == 4;
    EXPECT_EQ(outcome.exit, seen ? 4 : 0) << outcome.message;
  }
  EXPECT_TRUE(seen);
}

// "serves already": how the next one ends says nothing of this one.
TEST(Mailbox, AnAbortIsNotToldHowTheNextCommandWentThatIsQuickerThanItsAsker) {
  for (int i = 0; i < 50; ++i) {
    Post post;
    const Outcome outcome = post.abort_meanwhile([&] {
      post.end_run("done");
      post.tell("refused");
    });
    ASSERT_EQ(outcome.message, "too late: it is done");
  }
}

TEST(Mailbox, AnAbortAtTheVeryEndOfARunIsNotToldThatItWasPastThePointOfNoReturn) {
  Post post;
  std::atomic<bool> over{false};
  std::thread site([&] {
    for (int i = 0; i < 50000; ++i) {
      post.begin_run();
      post.end_run("refused");
    }
    over = true;
  });
  int too_late = 0;
  while (!over) too_late += post.abort().message == "too late: the point of no return is behind";
  site.join();
  EXPECT_EQ(too_late, 0);
}

TEST(Mailbox, ACommandAndTheLeavingWakeTheSitesThread) {
  Post post;
  EXPECT_EQ(post.mailbox.wait(Millis{1}), nullptr) << "nothing came in time";
  std::shared_ptr<Ticket> came;
  std::thread site([&] {
    came = post.mailbox.wait(60s);
    EXPECT_EQ(post.mailbox.wait(60s), nullptr);
  });
  const auto asked = post.ask("preflight");
  post.mailbox.leave(false);
  site.join();
  EXPECT_EQ(came, asked);
}

}  // namespace
}  // namespace cutover
