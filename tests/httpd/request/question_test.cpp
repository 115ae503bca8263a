// SPDX-License-Identifier: Apache-2.0
// The coordinator asks this httpd for a page of a side of its choice, and nobody else can.
#include "shared/memory/question.h"

#include <gmock/gmock.h>

#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Questions : testing::Test {
  void SetUp() override {
    rig.start();
    secret = rig.tell_a_secret();
  }
  HttpResponse ask(Side side, const std::string& path = "/who.txt") const {
    return rig.client().get(path, {{kQuestionHeader, question(secret, side)}});
  }

  Rig rig{[] {
    RigOptions options;
    options.vhost =
        "LogFormat \"%{X-Cutover-Question}i %U\" asked\n"
        "CustomLog asked.log asked";
    return options;
  }()};
  QuestionSecret secret{};
};

TEST_F(Questions, GoToTheSideTheyNameWhoeverServesAndAreNotCounted) {
  for (const Side serves : {Side::kOld, Side::kNew}) {
    rig.serve(serves);
    const Counts before = rig.counts();
    EXPECT_EQ(ask(Side::kOld).body, "old");
    EXPECT_EQ(ask(Side::kNew).body, "new");
    EXPECT_EQ(rig.counts().served, before.served);
    EXPECT_EQ(rig.ask(), name(serves)) << "visitors go where they went";
  }
}

TEST_F(Questions, TakeTheirSecretOffBeforeTheyGoOn) {
  for (const Side side : {Side::kOld, Side::kNew}) {
    const std::string environment = ask(side, "/cgi/env").body;
    EXPECT_THAT(environment, HasSubstr("REQUEST_METHOD=GET"));
    EXPECT_THAT(environment, Not(HasSubstr("X_CUTOVER_QUESTION")));
  }
  rig.old_host().stop();
  const std::string log = harness::read_file(rig.old_host().directory() / "asked.log");
  EXPECT_THAT(log, HasSubstr("- /cgi/env"));
  EXPECT_THAT(log, Not(HasSubstr(question(secret, Side::kNew).substr(0, 16))));
}

TEST_F(Questions, AreNobodyElses) {
  QuestionSecret wrong = secret;
  wrong[3] ^= 1;
  const std::string other = question(wrong, Side::kNew);
  EXPECT_EQ(rig.client().get("/who.txt", {{kQuestionHeader, other}}).body, "old");
  EXPECT_EQ(rig.client().get("/who.txt", {{kQuestionHeader, "new"}}).body, "old");
  const HttpResponse posted = rig.client().post_body(
      "/cgi/env", "a=b", "text/plain", {{kQuestionHeader, question(secret, Side::kNew)}});
  EXPECT_THAT(posted.body, HasSubstr("DOCUMENT_ROOT=" + rig.old_host().htdocs().string()))
      << "a POST of it is a visitor's";
}

TEST_F(Questions, ThatComeBackWentInACircle) {
  EXPECT_EQ(rig.client().get("/who.txt", {{kAskedHeader, "1"}}).status, 508);
  EXPECT_THAT(ask(Side::kNew, "/cgi/env").body, HasSubstr("HTTP_X_CUTOVER_ASKED=1"));
  EXPECT_THAT(ask(Side::kOld, "/cgi/env").body, Not(HasSubstr("HTTP_X_CUTOVER_ASKED")));
}

TEST_F(Questions, AreVisitorsWhileAnybodyIsHeld) {
  rig.hold(AtDeadline::kOld, 300);
  EXPECT_EQ(ask(Side::kNew).body, "old") << "at the deadline, as everybody";
}

}  // namespace
}  // namespace cutover::test
