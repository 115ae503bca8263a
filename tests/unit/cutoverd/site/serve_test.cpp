// SPDX-License-Identifier: Apache-2.0
// CutoverServe, which is heard once.
#include <gtest/gtest.h>

#include "tests/unit/fakes/ordered.h"

namespace cutover {
namespace {

TEST(Serve, CutoverServeIsOnTheDiskBeforeItIsActedOnAndHeardOnce) {
  Ordered site(false);
  site.settings.serve = Side::kNew;
  site.after["journal rest old"] = [&] {
    EXPECT_EQ(site.journaled().served_word, "new");
    EXPECT_EQ(site.word(), serving(Side::kOld, 1));
  };
  const auto ask = [&] {
    const auto ticket = std::make_shared<Ticket>("switch", "a test");
    site.mailbox.submit(ticket);
    return ticket->outcome().message;
  };
  site.mailbox.set_decided(true);
  site.after["journal drain old"] = [&] {
    EXPECT_NE(ask().find("another command"), std::string::npos);
  };
  site.orders.answer_serve();
  EXPECT_EQ(site.word().mode, Mode::kNew);
  EXPECT_TRUE(site.after.empty()) << "both were seen";
  EXPECT_EQ(ask(), "") << "busy no more";
  EXPECT_EQ(site.order("rollback").exit, 0);
  site.trace.clear();
  site.orders.answer_serve();
  EXPECT_EQ(site.trace.text(), "") << "what the command has done since is not undone";
}

TEST(Serve, ACutoverServeWaitsForTheServingSideToComeToRestAndAPersonsWordGoesFirst) {
  Ordered site(false);
  site.settings.serve = Side::kNew;
  site.store.requests = {{"GET /asleep", site.settings.drain_timeout}};
  site.orders.answer_serve();
  EXPECT_NE(site.orders.serve_awaits().find("GET /asleep"), std::string::npos);
  EXPECT_EQ(site.journaled().served_word, "") << "the next coordinator would wait for it, too";
  EXPECT_EQ(site.order("rehearse").exit, 0);
  site.orders.answer_serve();
  EXPECT_EQ(site.word().mode, Mode::kOld);
  site.store.requests.clear();
  site.orders.answer_serve();
  EXPECT_EQ(site.orders.serve_awaits(), "");
  EXPECT_EQ(site.word().mode, Mode::kNew);

  Ordered asked(false);
  asked.settings.serve = Side::kNew;
  asked.store.requests = {{"GET /asleep", asked.settings.drain_timeout}};
  asked.orders.answer_serve();
  EXPECT_EQ(asked.order("switch").exit, 0);
  EXPECT_EQ(asked.order("rollback").exit, 0);
  asked.store.requests.clear();
  asked.orders.answer_serve();
  EXPECT_EQ(asked.word().mode, Mode::kOld) << "what the command has done since is not undone";
}

TEST(Serve, ACutoverServeThatCannotBeWrittenDownIsNotActedOn) {
  Ordered site(false);
  site.settings.serve = Side::kNew;
  site.journal.fails_at = "rest";
  site.orders.answer_serve();
  EXPECT_EQ(site.word(), serving(Side::kOld, 1));
  EXPECT_FALSE(site.did("journal drain old"));
  EXPECT_NE(site.footing.unwritten(), "");
}

TEST(Serve, ACutoverServeOfTheSideThatServesOrOfNoneIsOnlyWrittenDown) {
  Ordered site(false);
  site.settings.serve = Side::kOld;
  site.orders.answer_serve();
  EXPECT_EQ(site.journaled().served_word, "old");
  site.settings.serve.reset();
  site.orders.answer_serve();
  EXPECT_EQ(site.journaled().served_word, "");
  EXPECT_EQ(site.trace.text(), "journal rest old\njournal rest old\n");
}

}  // namespace
}  // namespace cutover
