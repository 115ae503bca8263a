// SPDX-License-Identifier: Apache-2.0
// The pages of CutoverProof: what is known of them before a run, and what is asked in it.
#include "mod_cutover/cutoverd/new_host/proof_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/fakes/fake_pages.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class ProofPagesTest : public testing::Test {
 protected:
  ProofPagesTest() {
    settings_.name = "shop";
    settings_.new_host = "http://10.0.0.2";
    settings_.old_database = settings_.new_database = OptionFile{"file", "cutover"};
    settings_.fronts = {front(false, 80), front(true, 443)};
    pages_.answer = [this](const PageQuestion& question) -> Reading<PageAnswer> {
      PageAnswer answer;
      answer.status = question.host == Side::kOld ? old_status_ : new_status_;
      if (question.host == Side::kOld && leads_to_tls_ && !question.front.tls) {
        answer.status = 301;
        answer.location = "https://shop.example" + question.path;
      }
      if (answer.status == 302) answer.location = "/login";
      return {answer, {}};
    };
  }
  static Front front(bool tls, std::uint16_t port) {
    Front front;
    front.tls = tls;
    front.address = "127.0.0.1";
    front.port = port;
    front.host = "shop.example";
    return front;
  }
  Check look() { return proofs_.look().value_or(Check{"none", CheckVerdict::kPass, "", ""}); }

  SiteSettings settings_;
  std::vector<PageProbe> probes_{{"/", "", {}, {}}};
  FakePages pages_;
  int old_status_ = 200;
  int new_status_ = 200;
  bool leads_to_tls_ = false;
  ProofPages proofs_{settings_, probes_, &pages_};
};

TEST_F(ProofPagesTest, TheOldHostIsAskedBeforeTheRunAndTheNewOneInIt) {
  EXPECT_EQ(look().verdict, CheckVerdict::kPass);
  EXPECT_THAT(look().seen, HasSubstr("/ (status 200 on old)"));
  pages_.asked.clear();
  EXPECT_TRUE(proofs_.ask(0, 700ms).done());
  EXPECT_THAT(pages_.asked, ElementsAre("new http://shop.example/"));
  EXPECT_EQ(pages_.limits.back(), Nanos(700ms));
  new_status_ = 500;
  EXPECT_THAT(proofs_.ask(0, 700ms).why, HasSubstr("/: status 500"));
}

TEST_F(ProofPagesTest, AVhostThatOnlyLeadsToAnotherIsLeftForThatOne) {
  leads_to_tls_ = true;
  EXPECT_EQ(look().verdict, CheckVerdict::kPass);
  pages_.asked.clear();
  EXPECT_TRUE(proofs_.ask(0, 1s).done());
  EXPECT_THAT(pages_.asked, ElementsAre("new https://shop.example/"));
}

TEST_F(ProofPagesTest, APageThatTheOldHostDoesNotShowProvesNothing) {
  old_status_ = 404;
  EXPECT_EQ(look().verdict, CheckVerdict::kBlock);
  EXPECT_THAT(look().seen, HasSubstr("the old host itself answers with status 404"));
  EXPECT_FALSE(proofs_.ask(0, 1s).done()) << "unknown is no proof";
  pages_.answer = [](const PageQuestion&) { return Reading<PageAnswer>{std::nullopt, "refused"}; };
  EXPECT_EQ(look().verdict, CheckVerdict::kBlock);
  EXPECT_THAT(look().seen, HasSubstr("does not answer: refused"));
}

TEST_F(ProofPagesTest, ASessionThatIsNoneBlocks) {
  probes_[0].cookie_file = "/etc/cutover/shop.cookie";
  EXPECT_THAT(look().seen, HasSubstr("has no cookie for shop.example"));
  probes_[0].trouble = "/etc/cutover/shop.cookie cannot be read";
  EXPECT_THAT(look().seen, HasSubstr("cannot be read"));
}

TEST_F(ProofPagesTest, WhereNothingLeadsBackItIsSaidBefore) {
  settings_.reverse = false;
  EXPECT_EQ(look().verdict, CheckVerdict::kWarn);
  EXPECT_THAT(look().seen, HasSubstr("CutoverReverse Off"));
  settings_.reverse = true;
  settings_.old_database = settings_.new_database = std::nullopt;
  settings_.fence = false;
  EXPECT_EQ(look().verdict, CheckVerdict::kPass) << "there is nothing to lead back";
}

TEST_F(ProofPagesTest, WithoutAProofThereIsNoRow) {
  const std::vector<PageProbe> none;
  ProofPages proofs(settings_, none, &pages_);
  EXPECT_FALSE(proofs.look());
  EXPECT_EQ(proofs.pages(), 0U);
}

}  // namespace
}  // namespace cutover
